// Package inbox is a webhook receiver that stores and shows requests, so that new users need no
// endpoint of their own. It stores a limited number in memory.
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
	maxKept  = 500      // requests in all inboxes
	maxBytes = 32 << 20 // bytes in all inboxes
	maxBody  = 1 << 20  // bytes of one request, the maximum that a delivery sends
)

var validName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Request is a webhook as it arrived.
type Request struct {
	Inbox    string      `json:"-"`
	Number   int         `json:"number"` // counted from 1 across all inboxes
	At       time.Time   `json:"at"`
	Method   string      `json:"method"`
	URL      string      `json:"url"` // path and query
	Proto    string      `json:"proto"`
	Header   http.Header `json:"headers"` // including Host
	Body     string      `json:"body"`
	Answered int         `json:"answered"` // status of the response
}

// Inboxes contains all inboxes of a node. Now is required.
type Inboxes struct {
	Now func() time.Time

	mu     sync.Mutex
	kept   []Request // oldest first
	bytes  int
	number int
}

// Handler serves the inboxes below /inbox/. GET shows the requests. Every other method is stored,
// and answered with 200 or as the query says: ?status=503 sets the status, &retry-after=30 that
// header.
func (in *Inboxes) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /inbox/{name}", in.show)
	mux.HandleFunc("/inbox/{name}", in.receive)
	mux.HandleFunc("/inbox/", nameless)
	return mux
}

func nameless(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "add the name of an inbox, as in /inbox/mine", http.StatusNotFound)
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

// Requests returns the requests in an inbox, newest first.
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
