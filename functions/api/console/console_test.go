package console

import (
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func get(t *testing.T, c Config, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler(c).ServeHTTP(w, r)
	return w
}

func TestEveryViewGetsThePage(t *testing.T) {
	for _, c := range []struct {
		path string
		want int
	}{
		{"/console", 200},
		{"/console/", 200},
		{"/console/new", 200},
		{"/console/integrations/01JX/dispatches/01JY", 200},
		{"/console/favicon.ico", 404},
		{"/console/assets/x/../../secret.js", 404},
		{"/consoles", 404},
	} {
		w := get(t, Config{}, c.path)
		page := strings.Contains(w.Body.String(), `<script type="module"`)
		if w.Code != c.want || page != (c.want == 200) {
			t.Errorf("%s answered %d, page %v; want %d", c.path, w.Code, page, c.want)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	w := get(t, Config{}, "/console/")
	for header, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
		"X-Content-Type-Options":  "nosniff",
		"Referrer-Policy":         "no-referrer",
		"Cache-Control":           "no-cache",
	} {
		if got := w.Header().Get(header); got != want {
			t.Errorf("%s is %q; want %q", header, got, want)
		}
	}
}

func TestPolicyAllowsConfiguredOrigins(t *testing.T) {
	c := Config{
		SignInIssuer:   "https://login.example.com/tenant",
		SignInOrigins:  []string{"https://token.example.com"},
		FrameAncestors: []string{"https://dashboard.example.com", "https://admin.example.com"},
	}
	policy := get(t, c, "/console/").Header().Get("Content-Security-Policy")
	for _, want := range []string{
		"connect-src 'self' https://token.example.com https://login.example.com;",
		"frame-ancestors https://dashboard.example.com https://admin.example.com;",
	} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
}

func TestPageHasConfiguration(t *testing.T) {
	w := get(t, Config{SignInIssuer: "https://login.example.com", SignInClientID: "console", ExampleURL: "/inbox/mine"}, "/console/config.json")
	const want = `{"issuer":"https://login.example.com","clientId":"console","exampleUrl":"/inbox/mine"}`
	if w.Body.String() != want || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("config is %s, %s; want %s", w.Body, w.Header().Get("Content-Type"), want)
	}
}

var asset = regexp.MustCompile(`(?:href|src)="(/console/assets/[^"]+)"`)

func TestAssetsAreCachedByVersion(t *testing.T) {
	found := asset.FindAllStringSubmatch(get(t, Config{}, "/console/").Body.String(), -1)
	if len(found) < 3 {
		t.Fatalf("the page names %d assets", len(found))
	}
	for _, m := range found {
		w := get(t, Config{}, m[1])
		if w.Code != 200 || w.Header().Get("Cache-Control") != forever || w.Header().Get("Content-Type") != types[path.Ext(m[1])] {
			t.Errorf("%s answered %d, %v", m[1], w.Code, w.Header())
		}
	}
	other := get(t, Config{}, "/console/assets/000000/main.js")
	if other.Code != 200 || other.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("another version's file answered %d, kept %q; want it served and not kept", other.Code, other.Header().Get("Cache-Control"))
	}
}

func TestUnchangedPageIsNotModified(t *testing.T) {
	first := get(t, Config{}, "/console/")
	again := get(t, Config{}, "/console/new", "If-None-Match", first.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("answered %d with %d bytes; want 304 with none", again.Code, again.Body.Len())
	}
}

func TestOnlyGETAndHEAD(t *testing.T) {
	w := httptest.NewRecorder()
	Handler(Config{}).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/console/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST answered %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

// unsafe matches code that converts data to markup or code, or that the policy forbids.
var unsafe = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|style="|\son[a-z]+="|localStorage|document\.cookie`)

func TestNoFileTurnsDataIntoMarkupOrCode(t *testing.T) {
	for name, f := range load() {
		for _, m := range unsafe.FindAll(f.body, -1) {
			if path.Ext(name) == ".js" || path.Ext(name) == ".html" {
				t.Errorf("%s holds %q", name, m)
			}
		}
	}
}

func TestConsoleSize(t *testing.T) {
	total := 0
	for _, f := range load() {
		total += len(f.body)
	}
	t.Logf("%d bytes in all", total)
	if total > 130_000 {
		t.Errorf("%d bytes; want at most 130,000", total)
	}
}

// The console has a text for every code of the API. Without one it would show the code itself.
func TestEveryCodeHasText(t *testing.T) {
	file := load()["lib/causes.js"]
	words := string(file.body)
	has := func(list, value string) {
		if !regexp.MustCompile(`(?m)(^|[{,\s])` + regexp.QuoteMeta(value) + `: `).MatchString(words) {
			t.Errorf("lib/causes.js has no text for the %s %s", list, value)
		}
	}
	for _, code := range webhook.ErrorCodes() {
		if code != webhook.CodeHTTPStatus { // whose text depends on the status
			has("error code", string(code))
		}
	}
	for _, status := range webhook.DispatchStatuses() {
		has("status", string(status))
	}
	for _, trigger := range webhook.Triggers() {
		has("trigger", string(trigger))
	}
}
