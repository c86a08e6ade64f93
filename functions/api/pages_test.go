package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/template"
)

func TestDocsAreSelfContained(t *testing.T) {
	got := newHarness(t).as("").do("GET", "/docs", "").want(200)
	if strings.Contains(got.text, "<script") || regexp.MustCompile(`(src|href)="(http|//)`).MatchString(got.text) {
		t.Error("the page loads other resources")
	}
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(got.text)[1]
	sum := sha256.Sum256([]byte(style))
	if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("the policy does not allow the page's style: %s", policy)
	}
}

// TestDocsListOurHeaders compares the page with the headers that a delivery sends.
func TestDocsListOurHeaders(t *testing.T) {
	w := newHarness(t)
	page := w.do("GET", "/docs", "").want(200).text
	sent := read[api.Rendering](w.do("POST", "/v1/render", `{"requestUrl":"https://example.com/"}`).want(200))
	if len(sent.Headers) < 9 {
		t.Errorf("only %v are sent", sent.Headers)
	}
	for name := range sent.Headers {
		if !template.Reserved(name) && name != "Accept" && name != "User-Agent" || !strings.Contains(page, "<td><code>"+name+"</code>") {
			t.Errorf("%s is not among the headers at /docs", name)
		}
	}
	_, names, _ := strings.Cut(page, "are overwritten, with a warning: ")
	names, _, _ = strings.Cut(names, "and all that start")
	for _, name := range regexp.MustCompile(`[A-Z][\w-]+(?:[,.] )`).FindAllString(names, -1) {
		if name = strings.Trim(name, ",. "); !template.Reserved(name) {
			t.Errorf("%s is listed as ours", name)
		}
	}
}

func TestConsoleIsServed(t *testing.T) {
	console := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("console at " + r.URL.Path)) })
	w := newHarness(t, func(c *api.Config) { c.Console = console })
	for _, path := range []string{"/console", "/console/", "/console/integrations/1"} {
		if got := w.as("").do("GET", path, "").want(200); got.text != "console at "+path {
			t.Errorf("%s: %s", path, got.text)
		}
	}
	newHarness(t).do("GET", "/console/", "").want(404)
}

func TestQueuedMessagesAreCounted(t *testing.T) {
	counters := &metrics.Counters{}
	w := newHarness(t, func(c *api.Config) { c.Metrics = counters })
	in := w.create(``)
	w.do("POST", "/v1/integrations/"+in.ID+"/test", "").want(202)
	w.flood(in, 3, "FAILED")
	w.now = noon.Add(60e9)
	w.do("POST", "/v1/integrations/"+in.ID+"/recover", `{}`).want(200)
	if tests, again := counters.Count(metrics.Dispatched, "test"), counters.Count(metrics.Dispatched, "redelivery"); tests != 1 || again != 3 {
		t.Errorf("counted %v tests and %v redeliveries", tests, again)
	}
}
