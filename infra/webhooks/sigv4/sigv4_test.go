package sigv4_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"pgregory.net/rapid"

	"github.com/thordata/webhook-integration/infra/webhooks/sigv4"
)

const (
	keyID  = "WHKEXAMPLE0000000001"
	secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	body   = `{"Entries":[]}`
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// verifier knows the one key, at noon.
func verifier() *sigv4.Verifier {
	return &sigv4.Verifier{Service: "events", Now: func() time.Time { return noon }, Secret: func(_ context.Context, id string) ([]byte, error) {
		if id != keyID {
			return nil, sigv4.ErrUnknown
		}
		return []byte(secret), nil
	}}
}

// signing is what the SDK's signer, the oracle, signs.
type signing struct {
	keyID, secret, token, service, region string
	at                                    time.Time
}

// signed returns a request as a server receives it, signed by the SDK.
func signed(t testing.TB, target string, s signing) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSEvents.PutEvents")
	r.Header.Set("X-Spaces", "  a   b ")
	sum := sha256.Sum256([]byte(body))
	credentials := aws.Credentials{AccessKeyID: s.keyID, SecretAccessKey: s.secret, SessionToken: s.token}
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, r, hex.EncodeToString(sum[:]), s.service, s.region, s.at); err != nil {
		t.Fatal(err)
	}
	return r
}

func good() signing {
	return signing{keyID: keyID, secret: secret, service: "events", region: "local", at: noon}
}

func TestRequestsSignedByTheSDKAreVerified(t *testing.T) {
	for _, target := range []string{"http://127.0.0.1:8080/", "https://hooks.example.com/", "http://a/b%20c/%2F?z=1&a=2&a=1&a-b=%25+x"} {
		for _, at := range []time.Duration{0, -sigv4.Window, sigv4.Window} {
			s := good()
			s.at = noon.Add(at)
			id, err := verifier().Verify(signed(t, target, s), []byte(body))
			if err != nil || id != keyID {
				t.Errorf("%s at %v: %q, %v", target, at, id, err)
			}
		}
	}
}

func TestRejectedRequests(t *testing.T) {
	remove := func(name string) func(*http.Request) { return func(r *http.Request) { r.Header.Del(name) } }
	replace := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			before := r.Header.Get("Authorization")
			if r.Header.Set("Authorization", strings.Replace(before, old, new, 1)); r.Header.Get("Authorization") == before {
				panic("nothing was replaced")
			}
		}
	}
	for _, c := range []struct {
		name   string
		sign   func(*signing)
		change func(*http.Request)
		body   string
		code   string
		text   string // in the message
	}{
		{name: "not signed", change: remove("Authorization"), code: sigv4.MissingToken, text: "Missing Authentication Token"},
		{name: "another scheme", change: func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, code: sigv4.IncompleteSignature, text: "start with AWS4-HMAC-SHA256"},
		{name: "two headers", change: func(r *http.Request) { r.Header.Add("Authorization", "Bearer x") }, code: sigv4.IncompleteSignature, text: "must be one"},
		{name: "no signature", change: replace(", Signature=", ", Else="), code: sigv4.IncompleteSignature, text: "'Signature'"},
		{name: "a parameter twice", change: replace(", Signature=", ", SignedHeaders=host, Signature="), code: sigv4.IncompleteSignature, text: "twice"},
		{name: "a short scope", change: replace("/aws4_request", ""), code: sigv4.IncompleteSignature, text: "'Credential'"},
		{name: "another terminator", change: replace("/aws4_request", "/aws5_request"), code: sigv4.IncompleteSignature, text: "'Credential'"},
		{name: "headers that are not sorted", change: replace("content-length;content-type", "content-type;content-length"), code: sigv4.IncompleteSignature, text: "sorted"},
		{name: "no date", change: remove("X-Amz-Date"), code: sigv4.IncompleteSignature, text: "'X-Amz-Date'"},
		{name: "a date that is none", change: func(r *http.Request) { r.Header.Set("X-Amz-Date", "yesterday") }, code: sigv4.IncompleteSignature, text: "valid 'X-Amz-Date'"},
		{name: "an unknown key", sign: func(s *signing) { s.keyID = "AKIAOTHER" }, code: sigv4.UnknownKey, text: "token included in the request is invalid"},
		{name: "a temporary key", sign: func(s *signing) { s.token = "token" }, code: sigv4.UnknownKey, text: "token included in the request is invalid"},
		{name: "a wrong secret", sign: func(s *signing) { s.secret = "other" }, code: sigv4.InvalidSignature, text: "does not match"},
		{name: "another service", sign: func(s *signing) { s.service = "sqs" }, code: sigv4.InvalidSignature, text: "correct service: 'events'"},
		{name: "an old date", sign: func(s *signing) { s.at = noon.Add(-sigv4.Window - time.Second) }, code: sigv4.InvalidSignature, text: "Signature expired: 20260102T115459Z is now earlier than 20260102T115500Z"},
		{name: "a date to come", sign: func(s *signing) { s.at = noon.Add(sigv4.Window + time.Second) }, code: sigv4.InvalidSignature, text: "not yet current"},
		{name: "another day's scope", change: replace("20260102/", "20260101/"), code: sigv4.InvalidSignature, text: "does not match YYYYMMDD"},
		{name: "another region than was signed", change: replace("/local/", "/us-east-1/"), code: sigv4.InvalidSignature, text: "does not match"},
		{name: "a host that is not signed", change: replace(";host;", ";"), code: sigv4.InvalidSignature, text: "'Host'"},
		{name: "a target that is not signed", change: replace(";x-amz-target", ""), code: sigv4.InvalidSignature, text: "'x-amz-target'"},
		{name: "another host", change: func(r *http.Request) { r.Host = "other.example" }, code: sigv4.InvalidSignature, text: "does not match"},
		{name: "another method", change: func(r *http.Request) { r.Method = http.MethodPut }, code: sigv4.InvalidSignature, text: "does not match"},
		{name: "another path", change: func(r *http.Request) { r.URL.Path = "/a" }, code: sigv4.InvalidSignature, text: "does not match"},
		{name: "a query", change: func(r *http.Request) { r.URL.RawQuery = "a" }, code: sigv4.InvalidSignature, text: "does not match"},
		{name: "another target", change: func(r *http.Request) { r.Header.Set("X-Amz-Target", "AWSEvents.Other") }, code: sigv4.InvalidSignature, text: "does not match"},
		{name: "another body", body: `{"Entries":[] }`, code: sigv4.InvalidSignature, text: "does not match"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := good()
			if c.sign != nil {
				c.sign(&s)
			}
			r := signed(t, "http://127.0.0.1:8080/", s)
			if c.change != nil {
				c.change(r)
			}
			sent := body
			if c.body != "" {
				sent = c.body
			}
			_, err := verifier().Verify(r, []byte(sent))
			rejected, ok := errors.AsType[*sigv4.Error](err)
			if !ok || rejected.Code != c.code || !strings.Contains(rejected.Message, c.text) {
				t.Errorf("error %v; want %s with %q", err, c.code, c.text)
			}
		})
	}
}

// A store that fails is not a client's error.
func TestErrorOfTheStoreIsReturned(t *testing.T) {
	v := verifier()
	broken := errors.New("disk")
	v.Secret = func(context.Context, string) ([]byte, error) { return nil, broken }
	_, err := v.Verify(signed(t, "http://a/", good()), []byte(body))
	if _, client := errors.AsType[*sigv4.Error](err); client || !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

// Whatever header a client sends, it is rejected without a panic unless it has the secret.
func TestNoHeaderIsAcceptedWithoutTheSecret(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := good()
		s.secret = "other"
		r := signed(t, "http://a/", s)
		header := []byte(r.Header.Get("Authorization"))
		for range rapid.IntRange(0, 5).Draw(rt, "changes") {
			header[rapid.IntRange(0, len(header)-1).Draw(rt, "at")] = rapid.Byte().Draw(rt, "byte")
		}
		r.Header["Authorization"] = []string{string(header)}
		if _, err := verifier().Verify(r, []byte(body)); err == nil {
			rt.Fatalf("accepted %q", header)
		}
	})
}

func FuzzVerify(f *testing.F) {
	f.Add(signed(f, "http://a/", good()).Header.Get("Authorization"), "20260102T120000Z")
	f.Add("AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request,SignedHeaders=;;,Signature=", "")
	f.Fuzz(func(t *testing.T, authorization, date string) {
		r := signed(t, "http://a/", good())
		valid := r.Header.Get("Authorization")
		r.Header["Authorization"], r.Header["X-Amz-Date"] = []string{authorization}, []string{date}
		if _, err := verifier().Verify(r, []byte(body+" ")); err == nil {
			t.Fatalf("accepted %q (valid: %q)", authorization, valid)
		}
	})
}
