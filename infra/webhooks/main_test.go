package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

// running is a node in the test's process.
type running struct {
	url  string
	out  *output
	stop context.CancelFunc
	done chan error
	read chan struct{} // closed when all its output has been read
}

// output collects what a node prints.
type output struct {
	pipe *io.PipeReader
	url  chan string

	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{} // closed and replaced when text grows
}

var listening = regexp.MustCompile(`API\s+(http://[^/]+)/`)

// start runs a node on a free port and returns once it prints its URL.
func start(t *testing.T, word string, args ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	n := &running{stop: stop, done: make(chan error, 1), read: make(chan struct{}), out: &output{pipe: r, url: make(chan string, 1), grown: make(chan struct{})}}
	log := logtest.Writer(t, io.Discard)
	go func() {
		n.done <- run(ctx, word, append([]string{"-addr", "127.0.0.1:0", "-log", "info"}, args...), w, log)
		w.Close()
	}()
	go func() { n.out.read(); close(n.read) }()
	t.Cleanup(func() { stop(); <-n.read })
	select {
	case n.url = <-n.out.url:
	case err := <-n.done:
		t.Fatalf("the node ended: %v", err)
	}
	return n
}

func (o *output) read() {
	buf := make([]byte, 4096)
	for told := false; ; {
		n, err := o.pipe.Read(buf)
		o.mu.Lock()
		o.text.Write(buf[:n])
		close(o.grown)
		o.grown = make(chan struct{})
		if m := listening.FindSubmatch(o.text.Bytes()); m != nil && !told {
			told = true
			o.url <- string(m[1])
		}
		o.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// end stops the node and returns its output.
func (n *running) end(t *testing.T) string {
	t.Helper()
	n.stop()
	if err := <-n.done; err != nil {
		t.Errorf("the node ended with %v", err)
	}
	<-n.read
	return n.out.text.String()
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestDemoShowsWebhookAndRunsOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	var ids [2]string
	for i, want := range []string{"This arrived in the inbox:", "as stored in the dispatch log:"} {
		n := start(t, demoWord, "-data", file)
		awaitText(t, n, "keeps running")
		_, list := get(t, n.url+"/v1/integrations")
		ids[i] = regexp.MustCompile(`"id":"(\w+)"`).FindStringSubmatch(list)[1]
		if c := strings.Count(list, `"id":`); c != 1 {
			t.Errorf("run %d: %d integrations; want one", i, c)
		}
		_, log := get(t, n.url+"/v1/integrations/"+ids[i]+"/dispatches")
		if c := strings.Count(log, `"status":"SUCCEEDED"`); c != 1 {
			t.Errorf("run %d: log %s; want one success", i, log)
		}
		if text := n.end(t); !strings.Contains(text, want) || !strings.Contains(text, `"prodect_id": "3"`) || !strings.Contains(strings.ToLower(text), "webhook-signature: v1,") {
			t.Errorf("run %d printed\n%s\nwant %q and the request", i, text, want)
		}
	}
	if ids[0] != ids[1] {
		t.Error("the second run created another integration")
	}
}

// awaitText waits until the node has printed want.
func awaitText(t *testing.T, n *running, want string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		n.out.mu.Lock()
		found := strings.Contains(n.out.text.String(), want)
		grown := n.out.grown
		n.out.mu.Unlock()
		if found {
			return
		}
		select {
		case <-grown:
		case err := <-n.done:
			t.Fatalf("the node ended: %v\n%s", err, n.out.text.String())
		case <-deadline:
			t.Fatalf("%q was not printed", want)
		}
	}
}

func TestStartErrors(t *testing.T) {
	dir := t.TempDir()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	notADatabase := filepath.Join(dir, "notes.txt")
	const notes = "these are my notes, and they are no database at all, however long they may be"
	if err := os.WriteFile(notADatabase, []byte(notes), 0o600); err != nil {
		t.Fatal(err)
	}
	open := start(t, serveWord, "-data", filepath.Join(dir, "open.db"))
	defer open.end(t)

	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"a busy port", []string{"-addr", busy.Addr().String(), "-data", filepath.Join(dir, "a.db")}, []string{busy.Addr().String(), "in use", "-addr"}},
		{"not a database", []string{"-addr", "127.0.0.1:0", "-data", notADatabase}, []string{"notes.txt", "database"}},
		{"a missing directory", []string{"-addr", "127.0.0.1:0", "-data", filepath.Join(dir, "gone", "b.db")}, []string{filepath.Join("gone", "b.db")}},
		{"a directory as the file", []string{"-addr", "127.0.0.1:0", "-data", dir}, []string{dir}},
		{"a file that another node has open", []string{"-addr", "127.0.0.1:0", "-data", filepath.Join(dir, "open.db")}, []string{"open.db", "another process"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := run(t.Context(), serveWord, c.args, io.Discard, io.Discard)
			if err == nil {
				t.Fatal("it started")
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q; want %q in it", err, w)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error of more than one line: %q", err)
			}
		})
	}
	if text, _ := os.ReadFile(notADatabase); string(text) != notes {
		t.Error("the file that is not a database was changed")
	}
}

func TestRoutes(t *testing.T) {
	n := start(t, serveWord, "-data", filepath.Join(t.TempDir(), "a.db"))
	defer n.end(t)
	for path, want := range map[string]string{
		"/v1/integrations":               `"integrations":[]`,
		"/v1/event-types":                "Task Succeeded",
		"/openapi.json":                  `"openapi": "3.1`,
		"/docs":                          "<html",
		"/schemas/ACTOR.RUN.FAILED.json": `"$schema"`,
		"/status":                        `"deliveries":{"ready":0,"inFlight":0,"waiting":0}`,
		"/inbox/a":                       `{"requests":[]}`,
		"/healthz":                       `{"status":"ok"}`,
		"/readyz":                        `{"status":"ok"}`,
		"/metrics":                       `webhooks_queue_messages{queue="retries",state="waiting"} 0`,
	} {
		if code, body := get(t, n.url+path); code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("GET %s: %d %.200s; want %q", path, code, body, want)
		}
	}
}

// The operators' address serves nothing that needs a user.
func TestMetricsAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	n := start(t, serveWord, "-data", filepath.Join(t.TempDir(), "a.db"), "-metrics-addr", addr)
	defer n.end(t)
	for { // it listens soon after the node does
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			break
		}
	}
	for path, want := range map[string]int{"/metrics": 200, "/healthz": 200, "/readyz": 200, "/v1/integrations": 404, "/console": 404} {
		if code, body := get(t, "http://"+addr+path); code != want {
			t.Errorf("GET %s: %d %.200s", path, code, body)
		}
	}
}

func TestLogFormat(t *testing.T) {
	for format, want := range map[string]string{"text": "level=INFO msg=hello userId=3406\n", "json": `"level":"INFO","msg":"hello","userId":"3406"}`} {
		var out bytes.Buffer
		newLog(&out, options{logFormat: format}).Info("hello", logkey.UserID, "3406")
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s: %s", format, out.String())
		}
	}
}
