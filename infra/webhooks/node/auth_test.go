package node_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"
	"github.com/go-jose/go-jose/v4"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/functions/api/apitest"
	"github.com/thordata/webhook-integration/infra/webhooks/keyfile"
	"github.com/thordata/webhook-integration/infra/webhooks/keys"
	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/infra/webhooks/signin"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

// guarded is a node with authentication and what its clients need.
type guarded struct {
	url    string
	tokens map[string]string // by user
	bus    aws.Credentials
	log    *bytes.Buffer // read it after end
	end    func()
}

// serveWith runs a node with keys of two users and of the bus.
func serveWith(t *testing.T, auth *node.Auth) *guarded {
	t.Helper()
	g := &guarded{tokens: map[string]string{}, log: &bytes.Buffer{}}
	file := filepath.Join(t.TempDir(), "a.db")
	all, err := sqlitestore.OpenAccessKeys(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	add := func(k sqlitestore.AccessKey, err error) {
		if err = errors.Join(err, all.Add(t.Context(), k)); err != nil {
			t.Fatal(err)
		}
	}
	for _, user := range []string{apitest.Alice, apitest.Bob} {
		stored, key := keys.NewAPI(user, "", time.Now())
		g.tokens[user] = key
		add(stored, nil)
	}
	box, err := keyfile.Open(t.Context(), all.Path(), all)
	if err != nil {
		t.Fatal(err)
	}
	stored, secret, err := keys.NewBus(t.Context(), box, "", time.Now())
	add(stored, err)
	g.bus = aws.Credentials{AccessKeyID: stored.ID, SecretAccessKey: secret}
	if err := all.Close(); err != nil {
		t.Fatal(err)
	}

	log := slog.New(slog.NewTextHandler(logtest.Writer(t, g.log), nil))
	n, err := node.Open(t.Context(), node.Options{Data: file, Auth: auth, FinishWithin: 100 * time.Millisecond}, log)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.Serve(ctx, l, nil) }()
	g.url = "http://" + l.Addr().String()
	g.end = func() {
		stop()
		if err := errors.Join(<-done, n.Close()); err != nil {
			t.Error(err)
		}
	}
	return g
}

// do sends a request with an Authorization header, or without if it is empty.
func (g *guarded) do(t *testing.T, authorization, method, path, body string, headers ...string) apitest.Reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, g.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return apitest.Reply{Status: resp.StatusCode, Header: resp.Header, Body: string(raw)}
}

// put puts the example event with the real SDK.
func (g *guarded) put(t *testing.T, c aws.Credentials) error {
	t.Helper()
	client := eventbridge.New(eventbridge.Options{
		Region: "eu-west-1", BaseEndpoint: &g.url, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, ""),
	})
	out, err := client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		Source: aws.String("thordata.scraper"), DetailType: aws.String("Web Scraper Task Status Change"), Detail: aws.String(string(events.TaskSucceeded)),
	}}})
	if err == nil && out.FailedEntryCount != 0 {
		t.Errorf("PutEvents = %+v", out)
	}
	return err
}

// wire runs the API's shared tests on a node.
type wire struct {
	*guarded
	as   func(user string) []string // the headers that authenticate a user
	open bool
}

func (w wire) Do(t *testing.T, user, method, path, body string, headers ...string) apitest.Reply {
	if user != "" {
		headers = append(headers, w.as(user)...)
	}
	return w.do(t, "", method, path, body, headers...)
}

func (w wire) Dispatched(t *testing.T, integrationID string) string {
	if err := w.put(t, w.bus); err != nil {
		t.Fatal(err)
	}
	log := "/v1/integrations/" + integrationID + "/dispatches"
	for {
		if m := regexp.MustCompile(`"id":"(\w+)"`).FindStringSubmatch(w.Do(t, apitest.Alice, "GET", log, "").Body); m != nil {
			return m[1]
		}
	}
}

func (w wire) Open() bool { return w.open }

func TestUserIsolationOverTheWire(t *testing.T) {
	t.Run("keys", func(t *testing.T) {
		g := serveWith(t, &node.Auth{})
		defer g.end()
		apitest.UserIsolation(t, wire{guarded: g, as: func(user string) []string { return []string{"Authorization: Bearer " + g.tokens[user]} }})
	})
	t.Run("issuer", func(t *testing.T) {
		issuer, tokens := newIssuer(t)
		g := serveWith(t, &node.Auth{Issuer: issuer})
		defer g.end()
		apitest.UserIsolation(t, wire{guarded: g, as: func(user string) []string { return []string{"Authorization: Bearer " + tokens(user)} }})
	})
	t.Run("no authentication", func(t *testing.T) {
		g := serveWith(t, nil)
		defer g.end()
		apitest.UserIsolation(t, wire{guarded: g, open: true, as: func(user string) []string { return []string{"X-User-Id: " + user} }})
	})
}

// newIssuer runs an OpenID Connect issuer and returns its configuration and a maker of tokens.
func newIssuer(t *testing.T) (*signin.IssuerConfig, func(user string) string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": server.URL, "jwks_uri": server.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k"}}})
	})
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k"))
	if err != nil {
		t.Fatal(err)
	}
	return &signin.IssuerConfig{URL: server.URL, Audience: "webhooks", Claim: "sub", Now: time.Now}, func(user string) string {
		payload, _ := json.Marshal(map[string]any{"iss": server.URL, "aud": "webhooks", "sub": user, "exp": time.Now().Add(time.Hour).Unix()})
		signed, err := signer.Sign(payload)
		if err != nil {
			t.Fatal(err)
		}
		token, _ := signed.CompactSerialize()
		return token
	}
}

func TestBusOfANodeWithAuth(t *testing.T) {
	g := serveWith(t, &node.Auth{})
	defer g.end()
	if err := g.put(t, g.bus); err != nil {
		t.Errorf("with its key: %v", err)
	}
	for code, c := range map[string]aws.Credentials{
		"InvalidSignatureException":   {AccessKeyID: g.bus.AccessKeyID, SecretAccessKey: "wrong"},
		"UnrecognizedClientException": {AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: g.bus.SecretAccessKey},
	} {
		err := g.put(t, c)
		if answered, ok := errors.AsType[smithy.APIError](err); !ok || answered.ErrorCode() != code {
			t.Errorf("error %v; want %s", err, code)
		}
	}
	const unsigned = `{"Entries":[{"Source":"a","DetailType":"b","Detail":"{}"}]}`
	for _, authorization := range []string{"", "Bearer " + g.tokens[apitest.Alice]} {
		r := g.do(t, authorization, "POST", "/", unsigned, "X-Amz-Target: AWSEvents.PutEvents")
		if r.Status != 400 || strings.Contains(r.Body, "EventId") {
			t.Errorf("unsigned, with Authorization %.10q: %d %s", authorization, r.Status, r.Body)
		}
	}
}

func TestOnlyTheAPIIsServedToOthers(t *testing.T) {
	g := serveWith(t, &node.Auth{})
	alice := "Bearer " + g.tokens[apitest.Alice]
	for _, c := range []struct {
		path    string
		headers []string
		want    int
	}{
		{path: "/console", want: 200},
		{path: "/docs", want: 200},
		{path: "/openapi.json", want: 200},
		{path: "/schemas/ACTOR.RUN.FAILED.json", want: 200},
		{path: "/inbox/mine", want: 404},
		{path: "/status", want: 200}, // this test is on the node's machine
		{path: "/status", headers: []string{"X-Forwarded-For: 192.0.2.1"}, want: 404},
		{path: "/v1/integrations", headers: []string{"X-User-Id: 3406"}, want: 401},
	} {
		if got := g.do(t, "", "GET", c.path, "", c.headers...); got.Status != c.want {
			t.Errorf("GET %s %v: %d %s; want %d", c.path, c.headers, got.Status, got.Body, c.want)
		}
	}
	for url, want := range map[string]int{"https://hooks.example.com/": 201, "http://hooks.example.com/": 422, g.url + "/inbox/a": 422, "https://127.0.0.1/": 422} {
		body := `{"name":"n","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":"` + url + `"}`
		if got := g.do(t, alice, "POST", "/v1/integrations", body); got.Status != want {
			t.Errorf("an integration with %s: %d %s; want %d", url, got.Status, got.Body, want)
		}
	}
	for range 30 {
		g.do(t, "Bearer whk_wrong_wrong", "GET", "/v1/integrations", "")
	}
	if got := g.do(t, alice, "GET", "/v1/integrations", ""); got.Status != http.StatusTooManyRequests {
		t.Errorf("after 30 failures: %d %s", got.Status, got.Body)
	}
	if err := g.put(t, g.bus); err == nil || !strings.Contains(err.Error(), "ThrottlingException") {
		t.Errorf("after 30 failures the bus answers %v", err)
	}
	g.end()
	for _, secret := range append([]string{g.bus.SecretAccessKey}, g.tokens[apitest.Alice], "whk_wrong") {
		if strings.Contains(g.log.String(), secret) {
			t.Errorf("the log contains a key: %s", g.log.String())
		}
	}
}
