package inbox

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func newInboxes() *Inboxes {
	return &Inboxes{Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }}
}

func do(h http.Handler, method, url, body, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestRequestsAreStoredAndShown(t *testing.T) {
	in := newInboxes()
	h := in.Handler()
	for _, body := range []string{`{"n":1}`, `{"n":2}`} {
		if w := do(h, "POST", "/inbox/mine?x=1", body, ""); w.Code != http.StatusOK {
			t.Fatalf("POST answered %d", w.Code)
		}
	}
	do(h, "POST", "/inbox/other", `{"n":3}`, "")
	got := in.Requests("mine")
	if len(got) != 2 || got[0].Body != `{"n":2}` || got[0].URL != "/inbox/mine?x=1" || got[0].Header.Get("Host") != "example.com" {
		t.Errorf("kept %+v; want the two, newest first", got)
	}
	if w := do(h, "GET", "/inbox/mine", "", "*/*"); !strings.Contains(w.Body.String(), `"requests":[{"number":2`) {
		t.Errorf("JSON: %s", w.Body)
	}
}

func TestPageEscapesRequests(t *testing.T) {
	in := newInboxes()
	h := in.Handler()
	do(h, "POST", "/inbox/x?<script>", `<script>alert(1)</script>`, "")
	w := do(h, "GET", "/inbox/x", "", "text/html")
	if strings.Contains(w.Body.String(), "<script") {
		t.Errorf("the page contains a script:\n%s", w.Body)
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
}

func TestRequestedStatus(t *testing.T) {
	h := newInboxes().Handler()
	for _, c := range []struct {
		url  string
		want int
	}{
		{"/inbox/a?status=503&retry-after=7", 503},
		{"/inbox/a?status=204", 204},
		{"/inbox/a?status=99", 400},
		{"/inbox/a?status=199", 400},
		{"/inbox/a?status=200", 200},
		{"/inbox/a?status=599", 599},
		{"/inbox/a?status=600", 400},
		{"/inbox/a?status=x", 400},
		{"/inbox/a%20b", 404},
	} {
		w := do(h, "POST", c.url, "", "")
		if w.Code != c.want {
			t.Errorf("%s answered %d; want %d", c.url, w.Code, c.want)
		}
		if c.want == 503 && w.Header().Get("Retry-After") != "7" {
			t.Error("no Retry-After")
		}
	}
}

func TestMissingInboxName(t *testing.T) {
	h := newInboxes().Handler()
	for _, url := range []string{"/inbox/", "/inbox/a/b"} {
		for _, method := range []string{"GET", "POST"} {
			if w := do(h, method, url, "", ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "as in /inbox/mine") {
				t.Errorf("%s %s answered %d %s", method, url, w.Code, w.Body)
			}
		}
	}
}

func TestStorageIsLimited(t *testing.T) {
	in := newInboxes()
	for range maxKept + 1 {
		in.keep(Request{Inbox: "a"})
	}
	if n := len(in.Requests("a")); n != maxKept {
		t.Errorf("%d kept; want %d", n, maxKept)
	}
	for range 40 {
		in.keep(Request{Inbox: "big", Body: strings.Repeat("x", maxBody)})
	}
	if n := len(in.Requests("big")); n != maxBytes/maxBody || in.bytes > maxBytes {
		t.Errorf("%d requests of 1 MiB kept, %d bytes", n, in.bytes)
	}
	over := httptest.NewRequest("POST", "/inbox/a", io.LimitReader(zeros{}, maxBody+1))
	w := httptest.NewRecorder()
	in.Handler().ServeHTTP(w, over)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over the limit is answered %d", w.Code)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
