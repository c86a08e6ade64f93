package request_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

var at = time.Date(2025, 6, 7, 6, 33, 15, 999e6, time.UTC)

func sealed(t testing.TB, secret string) []byte {
	t.Helper()
	b, err := seal.NewBox(nil).Seal(context.Background(), []byte(secret), "I-1")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func input(t testing.TB) request.Input {
	return request.Input{
		Integration: webhook.Integration{
			ID: "I-1", RequestURL: "https://hooks.example.com/thordata?x=1", Secrets: webhook.Secrets{Current: sealed(t, secret)},
			PayloadTemplate: `{"task":"{{taskId}}"}`, Version: 3,
		},
		Dispatch: webhook.Dispatch{
			ID: "D-1", IntegrationID: "I-1", CreatedAt: time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC),
			Event: []byte(`{"userId":3406,"resource":{"taskId":"T-1","detail":"a\u0000b"}}`),
		},
		Number: 2, At: at,
	}
}

func builder() *request.Builder { return request.NewBuilder(request.Config{Secrets: seal.NewBox(nil)}) }

func build(t *testing.T, in request.Input) *request.Request {
	t.Helper()
	r, err := builder().Build(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBuild(t *testing.T) {
	in := input(t)
	in.Integration.HeadersTemplate = `{"Authorization":"Bearer abc","x-task":"{{taskId}}","SOAPAction":"s","x_api_key":"k"}`
	want := &request.Request{
		URL:  "https://hooks.example.com/thordata?x=1",
		Body: []byte(`{"task":"T-1"}`),
		Header: http.Header{
			"Authorization":       {"Bearer abc"},
			"x-task":              {"T-1"},
			"SOAPAction":          {"s"},
			"x_api_key":           {"k"},
			"Accept":              {"*/*"},
			"Content-Type":        {"application/json"},
			"User-Agent":          {"thordata-webhooks/1.0"},
			"Request-Origin":      {"thordata"},
			"Webhook":             {"I-1"},
			"Webhook-Dispatch-Id": {"D-1"},
			"Webhook-Attempt":     {"2"},
			"webhook-id":          {"D-1"},
			"webhook-timestamp":   {"1749277995"},
			"webhook-signature":   {"v1,DBhRekV1cw6SsjT9qi+J0ZWJJdi72C5vSnU7Pn4hN6c="},
		},
	}
	got := build(t, in)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(got, build(t, in)); diff != "" {
		t.Errorf("building again gives another request: %s", diff)
	}
}

func TestReservedHeadersAreNotOverridden(t *testing.T) {
	in := input(t)
	in.Integration.HeadersTemplate = `{"webhook-id":"x","CONTENT-TYPE":"text/html","Host":"x","Content-Length":"1","Transfer-Encoding":"chunked",
		"Connection":"x","Webhook-Signature":"x","Request-Origin":"x","X-Mine":"y"}`
	got := build(t, in).Header
	for name, values := range got {
		if len(values) != 1 || values[0] == "x" || values[0] == "text/html" {
			t.Errorf("%s: %q", name, values)
		}
	}
	if got.Get("X-Mine") != "y" || len(got) != 11 {
		t.Errorf("headers are %v", got)
	}
}

func TestURL(t *testing.T) {
	in := input(t)
	in.Dispatch.Event = []byte(`{"userName":"a b","resource":{"taskId":"é"}}`)
	for url, want := range map[string]string{
		"https://bücher.example/{{taskId}}/[x]?{{userName}}=%20": "https://xn--bcher-kva.example/%C3%A9/%5Bx%5D?a%20b=%20",
		"https://example.com/{{unknown}}":                        "https://example.com/%7B%7Bunknown%7D%7D", // as before there were placeholders
		"https://example.com/{{taskId":                           "https://example.com/%7B%7BtaskId",
	} {
		in.Integration.RequestURL = url
		if got := build(t, in).URL; got != want {
			t.Errorf("%s: %s; want %s", url, got, want)
		}
	}
}

func TestURLsThatCannotBeBuilt(t *testing.T) {
	in := input(t)
	in.Integration.RequestURL = "https://example.com/{{userName}}"
	for event, want := range map[string]string{
		`{"userName":".."}`: "lead to another path",
		`{"userName":"` + strings.Repeat("/", 3000) + `"}`: "longer than 2048 bytes",
	} {
		in.Dispatch.Event = []byte(event)
		_, err := builder().Build(t.Context(), in)
		if r, ok := errors.AsType[*request.RenderError](err); !ok || !strings.HasPrefix(r.Reason, "request URL: ") || !strings.Contains(r.Reason, want) {
			t.Errorf("%.40s: %v; want %q", event, err, want)
		}
	}
}

func TestUserAgentCanBeSet(t *testing.T) {
	in := input(t)
	for _, spelling := range []string{"User-Agent", "user-agent", "USER-AGENT"} {
		in.Integration.HeadersTemplate = `{"` + spelling + `":"mine {{userId | default: \"1\"}}"}`
		got := map[string][]string(build(t, in).Header)
		if len(got["User-Agent"]) != 1 || !strings.HasPrefix(got["User-Agent"][0], "mine ") || len(got) != 10 {
			t.Errorf("%s: %v", spelling, got)
		}
	}
}

func TestBothSecretsSignDuringARotation(t *testing.T) {
	previous := signing.NewSecret()
	in := input(t)
	in.Integration.Secrets.Previous, in.Integration.Secrets.PreviousUntil = sealed(t, previous), at.Add(time.Second)
	both := build(t, in)
	for _, s := range []string{secret, previous} {
		hook, err := standardwebhooks.NewWebhook(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := hook.VerifyIgnoringTimestamp(both.Body, asReceived(both.Header)); err != nil {
			t.Error(err)
		}
	}
	in.At = at.Add(time.Second)
	if got := map[string][]string(build(t, in).Header)[signing.HeaderSignature][0]; strings.Contains(got, " ") {
		t.Errorf("the previous secret still signs: %s", got)
	}
}

func TestRenderErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*request.Input)
		reason string
		cause  error
	}{
		"payload template broken": {func(in *request.Input) { in.Integration.PayloadTemplate = `{"a": marked}` }, "payload template is not valid (line 1", nil},
		"headers template broken": {func(in *request.Input) { in.Integration.HeadersTemplate = `["marked"]` }, "headers template is not valid (line 1", nil},
		"NUL in a header":         {func(in *request.Input) { in.Integration.HeadersTemplate = `{"X-Detail":"{{detail}}"}` }, `header "X-Detail"`, nil},
		"body too large": {func(in *request.Input) {
			in.Dispatch.Event = []byte(`{"resource":{"taskId":"` + strings.Repeat("x", 1<<20) + `"}}`)
		}, "larger than 1048576 bytes", template.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t)
			c.change(&in)
			_, err := builder().Build(t.Context(), in)
			fault, ok := errors.AsType[*request.RenderError](err)
			if !ok || !strings.Contains(fault.Reason, c.reason) || strings.Contains(fault.Reason, "marked") {
				t.Errorf("Build = %v; want a RenderError that says %q and quotes nothing", err, c.reason)
			}
			if c.cause != nil && !errors.Is(err, c.cause) {
				t.Errorf("Build = %v, want it to wrap %v", err, c.cause)
			}
		})
	}
}

func TestBodyOfExactlyTheLimitIsBuilt(t *testing.T) {
	in := input(t)
	in.Integration.PayloadTemplate = `"{{taskId}}"`
	in.Dispatch.Event = []byte(`{"resource":{"taskId":"` + strings.Repeat("x", 1<<20-2) + `"}}`)
	if n := len(build(t, in).Body); n != 1<<20 {
		t.Errorf("body has %d bytes", n)
	}
}

func TestUnreadableSecretIsNotARenderError(t *testing.T) {
	in := input(t)
	in.Integration.Secrets.Current = []byte{9}
	_, err := builder().Build(t.Context(), in)
	if _, theirs := errors.AsType[*request.RenderError](err); theirs || err == nil {
		t.Errorf("Build = %v", err)
	}
}

func TestMoreTemplatesThanTheCacheHolds(t *testing.T) {
	b := request.NewBuilder(request.Config{Secrets: seal.NewBox(nil), Templates: 2})
	in := input(t)
	for range 3 {
		for _, name := range []string{"a", "b", "c", "d"} {
			in.Integration.PayloadTemplate = `{"` + name + `":"{{taskId}}"}`
			r, err := b.Build(t.Context(), in)
			if err != nil || string(r.Body) != `{"`+name+`":"T-1"}` {
				t.Errorf("template %s gave %s, %v", name, r.Body, err)
			}
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	in := input(b)
	event, err := os.ReadFile("../../events/task-succeeded.detail.json")
	if err != nil {
		b.Fatal(err)
	}
	key, err := seal.NewKey(make([]byte, seal.KeySize))
	if err != nil {
		b.Fatal(err)
	}
	box := seal.NewBox(key)
	in.Integration.Secrets.Current, err = box.Seal(b.Context(), []byte("whsec_"+base64.StdEncoding.EncodeToString(make([]byte, 32))), "I-1")
	if err != nil {
		b.Fatal(err)
	}
	in.Dispatch.Event, in.Integration.PayloadTemplate = event, ""
	in.Integration.HeadersTemplate = `{"X-Task":"{{taskId}}"}`
	builder := request.NewBuilder(request.Config{Secrets: box})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := builder.Build(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

// asReceived returns the headers as a Go server sees them.
func asReceived(h http.Header) http.Header {
	received := http.Header{}
	for name, values := range h {
		received[http.CanonicalHeaderKey(name)] = values
	}
	return received
}

func TestIntegrationCanSetAccept(t *testing.T) {
	in := input(t)
	in.Integration.HeadersTemplate = `{"ACCEPT":"application/json"}`
	if got := map[string][]string(build(t, in).Header); len(got["ACCEPT"]) != 1 || got["Accept"] != nil {
		t.Errorf("headers are %v", got)
	}
}

func TestURLIsShownWithSecretsMasked(t *testing.T) {
	secrets, err := template.ParseSecrets("taskId")
	if err != nil {
		t.Fatal(err)
	}
	in := input(t)
	in.Integration.RequestURL = "https://h.example/{{userId}}?key={{taskId}}"
	b := builder()
	built, err := b.Build(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := b.Show(in, built, secrets)
	if err != nil || shown.URL != "https://h.example/3406?key=********" || built.URL != "https://h.example/3406?key=T-1" {
		t.Errorf("%v is shown as %v: %v", built.URL, shown, err)
	}
}
