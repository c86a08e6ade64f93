package receivers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// odd is a delivery that some receiver has stumbled over.
type odd struct {
	name    string
	url     string // behind the receiver's own
	path    string // as the receiver decodes it; "/" if empty
	q       string // the parameter q, decoded
	headers string // headers template
	sent    map[string]string
	payload string // payload template
	detail  string // resource.detail of the event, as JSON spells it
}

var deliveries = []odd{
	{name: "nothing odd"},
	{name: "a letter beyond ASCII, and an escaped slash", url: "/é/a%2Fb", path: "/é/a/b"},
	{name: "a bar, and an escaped slash", url: "/a|b/c%2Fd", path: "/a|b/c/d"},
	{name: "a blank, spelled as an escape", url: "/a%20b", path: "/a b"},
	{name: "marks that paths may hold", url: "/~u/:c/@a/(x)/a,b;v=1/$&'*+!", path: "/~u/:c/@a/(x)/a,b;v=1/$&'*+!"},
	{name: "a letter beyond ASCII in the query", url: "/x?q=é数", path: "/x", q: "é数"},
	{name: "quotes in the query", url: `/x?q="x"`, path: "/x", q: `"x"`},
	{name: "angle brackets in the query", url: "/x?q=<b>", path: "/x", q: "<b>"},
	{name: "JSON in the query", url: `/x?q={"a":[1,"|^` + "`" + `"]}`, path: "/x", q: `{"a":[1,"|^` + "`" + `"]}`},
	{name: "a plus and an escaped plus", url: "/x?q=a+b%2B", path: "/x", q: "a b+"},
	{name: "an escaped slash and ampersand", url: "/x?q=a%2Fb%26c", path: "/x", q: "a/b&c"},
	{name: "empty values", url: "/x?a=&&b&q=1", path: "/x", q: "1"},
	{name: "names of headers as they are written", headers: `{"X-API-KEY": "k", "SOAPAction": "urn:a", "x-lower": "l"}`, sent: map[string]string{"X-API-KEY": "k", "SOAPAction": "urn:a", "x-lower": "l"}},
	{name: "an underscore in a header's name", headers: `{"x_api_key": "k"}`, sent: map[string]string{"x_api_key": "k"}},
	{name: "a header beyond ASCII", headers: `{"X-Name": "数据 é"}`, sent: map[string]string{"X-Name": "数据 é"}},
	{name: "a header of the event's", headers: `{"X-Task": "{{taskId}} {{detail | limit: 3}}"}`, detail: "abcdef", sent: map[string]string{"X-Task": "T-1 abc"}},
	{name: "characters beyond the first plane", detail: `🚚 \ud83d\ude9a 数据`},
	{name: "half a surrogate pair", detail: `cut \ud83d`},
	{name: "escapes", detail: `\u0000 \\ \" \/ \b\u2028`},
	{name: "numbers that no float holds", payload: `{"n": 12345678901234567890.123456789e-5, "id": {{userId}}}`},
	{name: "a body without anything", payload: `{}`},
	{name: "a body that nests", payload: strings.Repeat("[", 90) + strings.Repeat("]", 90)},
	{name: "a large body", detail: strings.Repeat("x", 900<<10)},
}

// seen is what a receiver says it saw.
type seen struct {
	Target   string            `json:"target"`
	Path     string            `json:"path"`
	Q        string            `json:"q"`
	Headers  map[string]string `json:"headers"`
	SHA256   string            `json:"sha256"`
	Verified bool              `json:"verified"`
	JSON     *bool             `json:"json"` // of PHP: whether it could decode the body
}

// Every receiver gets what was meant, and verifies it.
func TestRealReceiversSeeWhatWasMeant(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			k.require(t)
			secret := signing.NewSecret()
			url := k.start(t, secret)
			client := egress.NewClient(egress.Policy{AllowHTTP: true, AllowLoopback: true}, egress.Options{})
			defer client.CloseIdleConnections()
			for _, d := range deliveries {
				t.Run(d.name, func(t *testing.T) {
					if k.onlyASCII && strings.ContainsFunc(d.headers, func(r rune) bool { return r > '~' }) {
						t.Skip("this server takes no such header from anybody")
					}
					built := d.build(t, url, secret)
					got := deliver(t, client, built)
					d.check(t, k, built, got)
				})
			}
			refusesWhatIsForged(t, client, url, secret)
		})
	}
}

func (d odd) build(t *testing.T, url, secret string) *request.Request {
	t.Helper()
	event := fmt.Sprintf(`{"userId": 3406, "eventType": "ACTOR.RUN.SUCCEEDED", "resource": {"taskId": "T-1", "detail": "%s"}}`, d.detail)
	r, err := builder(t, secret).build(t, url+d.url, d.payload, d.headers, event)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// builderOf makes requests as the delivery does, signed with a new secret and the one before it, which
// the receiver still has.
type builderOf struct {
	requests *request.Builder
	secrets  webhook.Secrets
}

func builder(t *testing.T, old string) builderOf {
	t.Helper()
	box := seal.NewBox(nil)
	sealed := func(secret string) []byte {
		b, err := box.Seal(t.Context(), []byte(secret), "I-1")
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	secrets := webhook.Secrets{Current: sealed(old)}.Rotated(sealed(signing.NewSecret()), time.Now(), time.Hour)
	return builderOf{requests: request.NewBuilder(request.Config{Secrets: box}), secrets: secrets}
}

func (b builderOf) build(t *testing.T, url, payload, headers, event string) (*request.Request, error) {
	return b.requests.Build(t.Context(), request.Input{
		Integration: webhook.Integration{ID: "I-1", RequestURL: url, PayloadTemplate: payload, HeadersTemplate: headers, Secrets: b.secrets, Version: 1},
		Dispatch:    webhook.Dispatch{ID: "01JX5N4Z8G0000000000000000", CreatedAt: time.Now(), Event: []byte(event)},
		Number:      1, At: time.Now(),
	})
}

func deliver(t *testing.T, client *http.Client, built *request.Request) seen {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, built.URL, bytes.NewReader(built.Body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = built.Header
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var got seen
	if err := json.Unmarshal(answer, &got); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("answered %s, %v: %.300s", resp.Status, err, answer)
	}
	return got
}

func (d odd) check(t *testing.T, k kind, built *request.Request, got seen) {
	t.Helper()
	path := d.path
	if path == "" {
		path = "/"
	}
	if got.Path != path || got.Q != d.q {
		t.Errorf("saw the path %q and q=%q, want %q and %q; the target was %q", got.Path, got.Q, path, d.q, got.Target)
	}
	if strings.ContainsFunc(got.Target, func(r rune) bool { return r <= ' ' || r > '~' }) {
		t.Errorf("the target %q is not ASCII", got.Target)
	}
	if sum := sha256.Sum256(built.Body); got.SHA256 != hex.EncodeToString(sum[:]) {
		t.Error("saw another body than was sent")
	}
	if !got.Verified {
		t.Error("does not verify")
	}
	if got.JSON != nil && !*got.JSON {
		t.Error("cannot decode the body")
	}
	for name, value := range d.sent {
		if k.lowerNames {
			name = strings.ToLower(name)
		}
		if got.Headers[name] != value {
			t.Errorf("header %s is %q, want %q; saw %v", name, got.Headers[name], value, got.Headers)
		}
	}
	if _, ok := got.Headers["webhook-signature"]; !ok {
		t.Errorf("webhook-signature is not there in lower case: %v", got.Headers)
	}
}

// refusesWhatIsForged shows that the receivers do verify.
func refusesWhatIsForged(t *testing.T, client *http.Client, url, secret string) {
	for name, forge := range map[string]func(*request.Request){
		"another body":      func(r *request.Request) { r.Body = append(r.Body, ' ') },
		"another timestamp": func(r *request.Request) { r.Header["webhook-timestamp"] = []string{"1700000000"} },
		"no signature":      func(r *request.Request) { r.Header["webhook-signature"] = []string{"v1,"} },
	} {
		t.Run(name, func(t *testing.T) {
			built := odd{}.build(t, url, secret)
			forge(built)
			if deliver(t, client, built).Verified {
				t.Error("verifies")
			}
		})
	}
}
