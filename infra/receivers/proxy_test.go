package receivers_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/infra/webhooks/node"
)

// startNode runs a node and returns its URL.
func startNode(t *testing.T) string {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	n, err := node.Open(t.Context(), node.Options{Data: filepath.Join(t.TempDir(), "node.db")}, log)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Serve(ctx, listener, nil) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

// client asks for packed answers, as browsers do.
type client struct {
	*testing.T
	url string
}

func (c client) do(method, target, body string, headers ...string) (*http.Response, string) {
	c.Helper()
	req, err := http.NewRequestWithContext(c.Context(), method, c.url+target, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.Fatal(err)
	}
	return resp, string(text)
}

// A proxy that packs answers weakens their entity tags; changes with the weak tag go through.
func TestTheAPIWorksBehindNginx(t *testing.T) {
	kinds()[len(kinds())-1].require(t)
	c := client{t, nginx(t, startNode(t))}
	resp, body := c.do("POST", "/v1/integrations", `{"name": "n", "eventTypes": ["ACTOR.RUN.FAILED"], "requestUrl": "http://localhost/inbox/a"}`)
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("create: %s: %s", resp.Status, body)
	}
	location := resp.Header.Get("Location")
	resp, body = c.do("GET", location, "")
	tag := resp.Header.Get("ETag")
	if !strings.HasPrefix(tag, "W/") {
		t.Fatalf("the tag is %s: this proxy does not weaken it: %s", tag, body)
	}
	for n, want := range []int{http.StatusOK, http.StatusPreconditionFailed} { // the second one has an old tag
		if resp, body := c.do("PATCH", location, `{"name": "m"}`, "If-Match", tag, "Content-Type", "application/merge-patch+json"); resp.StatusCode != want {
			t.Errorf("change %d: %s, want %d: %s", n+1, resp.Status, want, body)
		}
	}
	var read struct{ Name string }
	resp, body = c.do("GET", location, "")
	if err := json.Unmarshal([]byte(body), &read); err != nil || read.Name != "m" {
		t.Errorf("read: %s, %v: %s", resp.Status, err, body)
	}
	if resp, _ := c.do("GET", location, "", "If-None-Match", resp.Header.Get("ETag")); resp.StatusCode != http.StatusNotModified {
		t.Errorf("read again: %s, want 304", resp.Status)
	}
}

var (
	links   = regexp.MustCompile(`(?:src|href)="([^"#]+)"`)
	imports = regexp.MustCompile(`(?:from |import ?\(?)"(\.[^"]+)"`)
)

// Every file of the console arrives through a proxy that packs it.
func TestTheConsoleArrivesThroughNginx(t *testing.T) {
	kinds()[len(kinds())-1].require(t)
	c := client{t, nginx(t, startNode(t))}
	seen := map[string]bool{}
	var fetch func(target string)
	fetch = func(target string) {
		if seen[target] {
			return
		}
		seen[target] = true
		resp, body := c.do("GET", target, "")
		if resp.StatusCode != http.StatusOK || body == "" {
			t.Errorf("%s: %s with %d bytes", target, resp.Status, len(body))
		}
		found := imports
		if !strings.Contains(path.Base(target), ".") {
			found = links
		}
		for _, link := range found.FindAllStringSubmatch(body, -1) {
			if !strings.Contains(link[1], ":") {
				fetch(resolve(t, target, link[1]))
			}
		}
	}
	fetch("/console/")
	if len(seen) < 20 {
		t.Errorf("only %d files were found: %v", len(seen), seen)
	}
}

// resolve is the target of a link.
func resolve(t *testing.T, base, link string) string {
	t.Helper()
	from, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	to, err := from.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return to.Path
}
