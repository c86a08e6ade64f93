package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestProblems(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID
	for name, c := range map[string]struct {
		method, path, body string
		header             string
		status             int
		detail             string
	}{
		"unknown route":                  {"GET", "/v1/nothing", "", "", 404, "/docs"},
		"the root":                       {"GET", "/", "", "", 404, "/docs"},
		"wrong method":                   {"DELETE", "/v1/integrations", "", "", 405, "DELETE"},
		"wrong method with a body":       {"POST", path, `{}`, "", 405, "POST"},
		"malformed id":                   {"GET", "/v1/integrations/x", "", "", 404, "Not found: it does not exist"},
		"an id in lower case":            {"GET", "/v1/integrations/" + strings.ToLower(in.ID), "", "", 404, "Not found: it does not exist"},
		"an id with a path in it":        {"GET", "/v1/integrations/..%2f" + in.ID, "", "", 404, "Not found: it does not exist"},
		"unknown id":                     {"GET", "/v1/integrations/" + ids.New(noon), "", "", 404, "Not found: it does not exist"},
		"malformed dispatch id":          {"GET", path + "/dispatches/1", "", "", 404, "Not found: it does not exist"},
		"unknown dispatch":               {"GET", path + "/dispatches/" + ids.New(noon), "", "", 404, "Not found: it does not exist"},
		"no body":                        {"POST", "/v1/integrations", "", "", 400, "body is required"},
		"half a body":                    {"POST", "/v1/integrations", "{\n  \"name\": ", "", 400, "not valid JSON"},
		"a body that is not UTF-8":       {"POST", "/v1/integrations", "{\"name\":\"\xff\"}", "", 400, "not valid JSON"},
		"wrong content type":             {"POST", "/v1/integrations", "{}", "Content-Type: text/plain", 415, "application/json"},
		"no content type":                {"POST", "/v1/integrations", "{}", "Content-Type", 415, "application/json"},
		"wrong charset":                  {"POST", "/v1/integrations", "{}", "Content-Type: application/json; charset=latin1", 415, "UTF-8"},
		"content type of a patch":        {"POST", "/v1/integrations", "{}", "Content-Type: application/merge-patch+json", 415, "application/json"},
		"a patch of wrong type":          {"PATCH", path, "{}", "Content-Type: application/json-patch+json", 415, "merge-patch"},
		"another site's page":            {"POST", path + "/test", "", "Sec-Fetch-Site: cross-site", 403, "another site"},
		"another site's page, by origin": {"DELETE", path, "", "Origin: https://evil.example", 403, "another site"},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.do(c.method, c.path, c.body, c.header).want(c.status)
			p := read[api.Problem](got)
			if !strings.Contains(p.Detail, c.detail) || p.Status != c.status || p.Title != http.StatusText(c.status) || got.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s", got.text)
			}
		})
	}
	got := w.do("POST", "/v1/integrations", "{\n  \"name\": nope}").want(400)
	if f := got.faultAt("body"); f.Place == nil || f.Line != 2 || f.Column != 12 {
		t.Errorf("place: %s", got.text)
	}
	if f := w.do("PATCH", path, `{"status":"off"}`).want(422).faultAt("body.status"); f.Message != "must be one of active, paused, disabled" {
		t.Errorf("message: %s", f.Message)
	}
	if allow := w.do("PUT", "/v1/integrations", "{}").want(405).header.Get("Allow"); !strings.Contains(allow, "POST") || !strings.Contains(allow, "GET") {
		t.Errorf("Allow: %q", allow)
	}
	w.do("POST", "/v1/integrations", wish(``), "Content-Type: application/json; charset=UTF-8").want(201)
	w.do("POST", path+"/test", "", "Sec-Fetch-Site: same-origin").want(202)
}

func TestTrustedOrigins(t *testing.T) {
	w := newHarness(t, func(c *api.Config) { c.Origins = []string{"https://dashboard.example"} })
	w.do("POST", "/v1/integrations", wish(``), "Origin: https://dashboard.example", "Sec-Fetch-Site: cross-site").want(201)
	if _, err := api.New(api.Config{Origins: []string{"dashboard"}}); err == nil {
		t.Error("accepted an invalid origin")
	}
}

func TestInternalErrorsAreHiddenAndLogged(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
	}{
		"unknown":      {errors.New("table secret-name is gone"), 500},
		"newer format": {fmt.Errorf("integration secret-name: %w", webhook.ErrNewerFormat), 503},
		"deadline":     {fmt.Errorf("secret-name: %w", context.DeadlineExceeded), 500},
	} {
		t.Run(name, func(t *testing.T) {
			w := newHarness(t)
			w.store.fail = func(string) error { return c.err }
			got := w.do("GET", "/v1/integrations", "").want(c.status)
			id := strings.TrimPrefix(read[api.Problem](got).Instance, "urn:request:")
			if strings.Contains(got.text, "secret-name") || id == "" || id != got.header.Get("Request-Id") {
				t.Errorf("answer: %s", got.text)
			}
			if !strings.Contains(w.log.String(), id) || !strings.Contains(w.log.String(), "secret-name") || !strings.Contains(w.log.String(), `"level":"ERROR"`) {
				t.Errorf("log: %s", w.log)
			}
		})
	}
}

func TestPanicIsInternalError(t *testing.T) {
	w := newHarness(t)
	w.store.fail = func(string) error { panic("at the store") }
	got := w.do("GET", "/v1/integrations", "").want(500)
	if strings.Contains(got.text, "at the store") || !strings.Contains(w.log.String(), "at the store") {
		t.Errorf("answer %s, log %s", got.text, w.log)
	}
}

func TestLogHasOneLinePerRequestAndNoSecrets(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"description":"MARK","headersTemplate":"{\"Authorization\":\"MARK\"}","payloadTemplate":"{\"a\":\"MARK\"}","requestUrl":"https://example.com/MARK"`)
	w.do("GET", "/v1/integrations/"+in.ID+"/secret?x=MARK", "").want(422)
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"name":"MARK`).want(400)
	w.do("POST", "/v1/integrations", wish(`"eventTypes":["MARK"]`)).want(422)
	log := w.log.String()
	if n := strings.Count(log, "\n"); n != 4 {
		t.Errorf("%d lines: %s", n, log)
	}
	if strings.Contains(log, "MARK") || strings.Contains(log, "whsec_") {
		t.Errorf("log: %s", log)
	}
	for _, part := range []string{`"method":"POST"`, `"route":"POST /v1/integrations"`, `"status":201`, `"userId":"3406"`, `"durationMs":0`} {
		if !strings.Contains(log, part) {
			t.Errorf("no %s in %s", part, log)
		}
	}
}

func TestSecretsAreNotEchoed(t *testing.T) {
	w := newHarness(t)
	for _, body := range []string{
		`{"headersTemplate":"{\"Authorization\":\"s3cr3t\"}"}`,
		`{"headersTemplate":{"Authorization":"s3cr3t"}}`,
		wish(`"requestUrl":"https://u:s3cr3t@example.com/"`),
	} {
		if got := w.do("POST", "/v1/integrations", body).want(422); strings.Contains(got.text, "s3cr3t") {
			t.Errorf("echoed: %s", got.text)
		}
	}
	if got := w.do("POST", "/v1/integrations", `{"a":"s3cr3t`).want(400); strings.Contains(got.text, "s3cr3t") {
		t.Errorf("echoed: %s", got.text)
	}
}

func TestSecurityHeaders(t *testing.T) {
	w := newHarness(t, func(c *api.Config) { c.FrameAncestors = []string{"https://dashboard.example"} })
	for _, path := range []string{"/v1/integrations", "/nothing", "/docs", "/openapi.json"} {
		h := w.do("GET", path, "").header
		policy := h.Get("Content-Security-Policy")
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(policy, "default-src 'none'; frame-ancestors https://dashboard.example") {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestIncompleteBodyIsBadRequest(t *testing.T) {
	w := newHarness(t)
	req := httptest.NewRequest("POST", "/v1/integrations", brokenBody{})
	req.Header.Set("X-User-Id", alice)
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, req)
	if rec.Code != 400 || !strings.Contains(rec.Body.String(), "ended before") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, errors.New("cut off") }

func TestNumberOfReportedErrorsIsLimited(t *testing.T) {
	w := newHarness(t)
	body := `{"name":"x","requestUrl":"https://example.com/","eventTypes":[` + strings.Repeat(`"",`, 50_000) + `""]}`
	for _, r := range []reply{
		w.do("POST", "/v1/integrations", body),
		w.do("GET", "/v1/integrations?"+manyParameters(200), ""),
	} {
		p := read[api.Problem](r.want(422))
		if len(p.Errors) != 100 || !strings.Contains(p.Detail, "these are the first 100") {
			t.Errorf("%d faults, %q; want the first 100", len(p.Errors), p.Detail)
		}
	}
}

func manyParameters(n int) string {
	q := url.Values{}
	for i := range n {
		q.Set(fmt.Sprint("p", i), "")
	}
	return q.Encode()
}
