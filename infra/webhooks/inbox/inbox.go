// Package inbox is a receiver of webhooks that keeps and shows what it got, so
// that a newcomer needs no endpoint. It keeps it in memory, and a bounded amount.
package inbox

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	maxKept  = 500      // requests, of all inboxes
	maxBytes = 32 << 20 // of all that is kept
	maxBody  = 1 << 20  // of one request: what a delivery sends at most
)

var validName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Request is a webhook as it arrived.
type Request struct {
	Inbox    string      `json:"-"`
	Number   int         `json:"number"` // 1, 2, ... over all inboxes
	At       time.Time   `json:"at"`
	Method   string      `json:"method"`
	URL      string      `json:"url"` // path and query
	Proto    string      `json:"proto"`
	Header   http.Header `json:"headers"` // Host included
	Body     string      `json:"body"`
	Answered int         `json:"answered"` // the status that it was given
}

// Inboxes is all the inboxes of a node. Its zero value needs a clock.
type Inboxes struct {
	Now func() time.Time

	mu     sync.Mutex
	kept   []Request // oldest first
	bytes  int
	number int
}

// Handler serves the inboxes below /inbox/: GET shows, every other method is
// received and answered with 200, or with what the query asks for:
// ?status=503 answers so, &retry-after=30 with that header.
func (in *Inboxes) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /inbox/{name}", in.show)
	mux.HandleFunc("/inbox/{name}", in.receive)
	mux.HandleFunc("/inbox/", nameless)
	return mux
}

func nameless(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "name an inbox, as in /inbox/mine", http.StatusNotFound)
}

func (in *Inboxes) receive(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if !validName.MatchString(name) {
		http.Error(w, "an inbox's name has 1 to 64 letters, digits, - and _", http.StatusNotFound)
		return
	}
	status, err := wantedStatus(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, fmt.Sprintf("the body is over %d bytes, or ended early", maxBody), http.StatusRequestEntityTooLarge)
		return
	}
	header := r.Header.Clone()
	header.Set("Host", r.Host)
	in.keep(Request{
		Inbox: name, At: in.Now().UTC(), Method: r.Method, URL: r.URL.RequestURI(), Proto: r.Proto,
		Header: header, Body: string(body), Answered: status,
	})
	if after := r.URL.Query().Get("retry-after"); after != "" {
		w.Header().Set("Retry-After", after)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, "kept in inbox %s\n", name)
}

func wantedStatus(r *http.Request) (int, error) {
	want := r.URL.Query().Get("status")
	if want == "" {
		return http.StatusOK, nil
	}
	status, err := strconv.Atoi(want)
	if err != nil || status < 200 || status > 599 {
		return 0, fmt.Errorf("?status=%.20q: want 200 to 599", want)
	}
	return status, nil
}

func (in *Inboxes) keep(r Request) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.number++
	r.Number = in.number
	in.kept = append(in.kept, r)
	in.bytes += len(r.Body)
	for len(in.kept) > maxKept || in.bytes > maxBytes {
		in.bytes -= len(in.kept[0].Body)
		in.kept = slices.Delete(in.kept, 0, 1)
	}
}

// Requests returns what is kept in an inbox, newest first.
func (in *Inboxes) Requests(name string) []Request {
	in.mu.Lock()
	defer in.mu.Unlock()
	found := []Request{}
	for _, r := range slices.Backward(in.kept) {
		if r.Inbox == name {
			found = append(found, r)
		}
	}
	return found
}
