package scale

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/thordata/webhook-integration/shared/request"
)

// kind is how an endpoint behaves.
type kind string

const (
	healthy kind = "healthy" // answers 200 after 100 to 200 ms
	dead    kind = "dead"    // answers 503 at once, or refuses connections
	hanging kind = "hanging" // does not answer
	limited kind = "limited" // is healthy, and has a maxPerMinute
)

// receivers are the endpoints: a model of HTTP clients and what they meet.
type receivers struct {
	down func() bool // whether those that are not healthy misbehave now
	told *ledger

	mu     sync.Mutex
	random *rand.Rand
}

// header is where a request of the model has the id of its dispatch.
const header = "Webhook-Id"

// Build makes the request of the model, whose templates cost nothing.
func (r *receivers) Build(_ context.Context, in request.Input) (*request.Request, error) {
	return &request.Request{
		URL: in.Integration.RequestURL, Body: in.Dispatch.Event,
		Header: http.Header{header: {in.Dispatch.ID}, acceptedHeader: {in.Dispatch.Accepted.Format(time.RFC3339Nano)}},
	}, nil
}

const acceptedHeader = "Accepted"

// Do is the exchange with an endpoint, whose host name tells its kind and number.
func (r *receivers) Do(req *http.Request) (*http.Response, error) {
	which, number, _ := strings.Cut(req.URL.Hostname(), "-")
	of := kind(which)
	r.told.request(of, req, r.down())
	if of == healthy || of == limited || !r.down() {
		if err := r.wait(req.Context(), r.answerTime()); err != nil {
			return nil, err
		}
		r.told.delivered(of, req)
		return answer(req, http.StatusOK), nil
	}
	if of == hanging {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	time.Sleep(roundTrip)
	if strings.HasSuffix(number, "1") || strings.HasSuffix(number, "3") {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	return answer(req, http.StatusServiceUnavailable), nil
}

func (r *receivers) answerTime() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return 100*time.Millisecond + time.Duration(r.random.IntN(100_000))*time.Microsecond
}

func (r *receivers) wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func answer(req *http.Request, status int) *http.Response {
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), Request: req}
}
