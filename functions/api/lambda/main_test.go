package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func env(pairs ...string) func(string) string {
	all := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
		"TABLE_NAME": "webhooks", "DELIVERIES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/deliveries",
	}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

func TestConfig(t *testing.T) {
	c, err := loadConfig(env())
	if err != nil {
		t.Fatal(err)
	}
	if c.Limits != webhook.DefaultLimits() || c.CallerClaim != "sub" || c.Policy.Retention != 30*24*time.Hour || c.AllowHTTP {
		t.Errorf("config = %+v", c)
	}
	c, err = loadConfig(env("LIMITS", "integrations=5,page=50", "EVENT_TYPES", `[{"name":"A"}]`, "SECRET_PATHS", "userName", "CALLER_CLAIM", "username", "SIGN_IN_ISSUER", "https://i", "SIGN_IN_CLIENT_ID", "c", "SIGN_IN_ORIGINS", "https://a.example,https://b.example:8443", "FRAME_ANCESTORS", "https://dashboard.example"))
	if err != nil || c.Limits.Integrations != 5 || c.Limits.Page != 50 || c.EventTypes.String() != "A" || !slices.Equal(c.Secrets.Paths(), []string{"userName"}) || c.CallerClaim != "username" || c.Console.SignInIssuer != "https://i" || c.Console.SignInClientID != "c" ||
		!slices.Equal(c.Console.SignInOrigins, []string{"https://a.example", "https://b.example:8443"}) ||
		!slices.Equal(c.Console.FrameAncestors, []string{"https://dashboard.example"}) {
		t.Errorf("config = %+v, %v", c, err)
	}
}

func TestConfigErrorListsEveryMistake(t *testing.T) {
	_, err := loadConfig(func(name string) string {
		return map[string]string{"LIMITS": "page=0,requestBody=all", "EVENT_TYPES": "A,B", "SECRET_PATHS": "resource.apiKey,apikey", "RETENTION_DAYS": "-1", "SIGN_IN_ORIGINS": "https://a.example; script-src *", "FRAME_ANCESTORS": "*"}[name]
	})
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Fatalf("error = %v, want one line", err)
	}
	for _, name := range []string{"TABLE_NAME", "DELIVERIES_QUEUE_URL", "LIMITS: page must", "EVENT_TYPES: must be a JSON list", "requestBody must", `SECRET_PATHS: unknown variable "apikey": did you mean apiKey?`, "RETENTION_DAYS", "SIGN_IN_ORIGINS", "FRAME_ANCESTORS", "AWS_REGION"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("error %q does not name %s", err, name)
		}
	}
}

// invoke handles a sample event with an empty DynamoDB table, and returns the user whose data was
// requested.
func invoke(t *testing.T, raw []byte, pairs ...string) (status int, body, asked, log string, err error) {
	t.Helper()
	var query strings.Builder
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(&query, r.Body)
		_, _ = io.WriteString(w, `{"Items": [], "Count": 0}`)
	}))
	defer empty.Close()
	var lines bytes.Buffer
	h, err := wire(env(append(pairs, "AWS_ENDPOINT_URL", empty.URL)...), slog.New(slog.NewJSONHandler(&lines, nil)))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := h.Invoke(t.Context(), json.RawMessage(raw))
	return resp.StatusCode, resp.Body, query.String(), lines.String(), err
}

func TestCallerIsTokenClaim(t *testing.T) {
	status, body, asked, _, err := invoke(t, events.Sample("api-list"))
	if err != nil || status != http.StatusOK {
		t.Fatalf("answered %d %s, %v", status, body, err)
	}
	var sample struct {
		RequestContext struct {
			Authorizer struct {
				JWT struct{ Claims map[string]string }
			}
		}
	}
	if err := json.Unmarshal(events.Sample("api-list"), &sample); err != nil {
		t.Fatal(err)
	}
	if want := "USER#" + sample.RequestContext.Authorizer.JWT.Claims["sub"]; !strings.Contains(asked, want+`"`) {
		t.Errorf("read %s, want the integrations of %s", asked, want)
	}
	status, _, asked, _, err = invoke(t, events.Sample("api-list"), "CALLER_CLAIM", "iss")
	if err != nil || status != http.StatusOK || !strings.Contains(asked, "USER#https://") {
		t.Errorf("with another claim: answered %d, read %s, %v", status, asked, err)
	}
}

func TestTokenWithoutValidClaimIsRejected(t *testing.T) {
	for name, claim := range map[string]string{"no such claim": "sub", "claim is not a user id": "scope"} {
		t.Run(name, func(t *testing.T) {
			raw := strings.Replace(string(events.Sample("api-without-claim")), `"token_use"`, `"scope": "with spaces", "token_use"`, 1)
			status, body, asked, log, err := invoke(t, []byte(raw), "CALLER_CLAIM", claim)
			if err != nil || status != http.StatusUnauthorized || asked != "" {
				t.Errorf("answered %d %s, read %s, %v", status, body, asked, err)
			}
			if !strings.Contains(log, `"claim":"`+claim+`"`) {
				t.Errorf("the log does not name the claim: %s", log)
			}
		})
	}
}

func TestPublicPagesNeedNoAuthentication(t *testing.T) {
	for _, name := range []string{"api-openapi", "api-schema", "api-docs", "api-console"} {
		status, body, _, log, err := invoke(t, events.Sample(name))
		if err != nil || status != http.StatusOK || body == "" {
			t.Errorf("%s answered %d, %v: %s", name, status, err, log)
		}
	}
}

func TestRejectsWrongEvents(t *testing.T) {
	for _, name := range []string{"fanout-succeeded", "delivery-deliveries"} {
		_, _, _, log, err := invoke(t, events.Sample(name))
		if err == nil || !strings.HasPrefix(err.Error(), "invoked with the wrong event: not an HTTP API request") || strings.Count(log, "\n") != 1 {
			t.Errorf("%s: error = %v, log %s", name, err, log)
		}
	}
}

func TestInvalidPathIsBadRequest(t *testing.T) {
	raw := strings.ReplaceAll(string(events.Sample("api-list")), `"rawPath": "/v1/integrations"`, `"rawPath": "/v1/integrations/%zz"`)
	status, body, asked, _, err := invoke(t, []byte(raw))
	if err != nil || status != http.StatusBadRequest || !strings.Contains(body, "percent escapes") || asked != "" {
		t.Errorf("answered %d %s, %v", status, body, err)
	}
}

func TestFrameAncestors(t *testing.T) {
	for _, c := range []struct{ origins, want string }{
		{"", "frame-ancestors 'none'"},
		{"https://dashboard.example", "frame-ancestors https://dashboard.example"},
	} {
		cfg, err := loadConfig(env("FRAME_ANCESTORS", c.origins))
		if err != nil {
			t.Fatal(err)
		}
		h, err := newAPI(cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range []string{"/docs", "/console"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, page, nil))
			if policy := w.Header().Get("Content-Security-Policy"); w.Code != http.StatusOK || !strings.Contains(policy, c.want) {
				t.Errorf("%s with %q: %d, policy %q; want %q in it", page, c.origins, w.Code, policy, c.want)
			}
		}
	}
}
