package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

var noon = time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)

const (
	alice = "3406"
	bob   = "bob"
)

// harness is an API with a caller and fakes of its dependencies.
type harness struct {
	t     *testing.T
	h     http.Handler
	store *store
	queue *outbox
	log   *bytes.Buffer
	now   time.Time
	user  string // "" for an unknown caller
}

func newHarness(t *testing.T, adjust ...func(*api.Config)) *harness {
	t.Helper()
	key, err := seal.NewKey(bytes.Repeat([]byte{7}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	w := &harness{t: t, queue: &outbox{}, log: &bytes.Buffer{}, now: noon, user: alice}
	w.store = openStore(t, sqlitestore.Options{Now: func() time.Time { return w.now }})
	box := seal.NewBox(key)
	cfg := api.Config{
		Store: w.store, Queue: w.queue, Box: box,
		Requests: request.NewBuilder(request.Config{Secrets: box}),
		CheckURL: egress.Policy{}.CheckURL,
		Caller:   func(r *http.Request) (string, bool) { id := r.Header.Get("X-User-Id"); return id, id != "" },
		Limits:   webhook.DefaultLimits(),
		Now:      func() time.Time { return w.now },
		Log:      slog.New(slog.NewJSONHandler(logtest.Writer(t, w.log), nil)),
	}
	for _, a := range adjust {
		a(&cfg)
	}
	if w.h, err = api.New(cfg); err != nil {
		t.Fatal(err)
	}
	return w
}

// reply is a response with its body.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	text   string
}

// do sends a request. headers are given as "Name: value".
func (w *harness) do(method, path, body string, headers ...string) reply {
	w.t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req := httptest.NewRequest(method, path, r)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if w.user != "" {
		req.Header.Set("X-User-Id", w.user)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if value == "" {
			req.Header.Del(name)
			continue
		}
		if name == "Content-Type" {
			req.Header.Del(name)
		}
		req.Header.Add(name, value)
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, req)
	return reply{t: w.t, status: rec.Code, header: rec.Header(), text: rec.Body.String()}
}

// as returns the same API with another caller.
func (w *harness) as(user string) *harness {
	other := *w
	other.user = user
	return &other
}

func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.text)
	}
	return r
}

// read decodes the response.
func read[T any](r reply) T {
	r.t.Helper()
	var v T
	if err := json.Unmarshal([]byte(r.text), &v); err != nil {
		r.t.Fatalf("%v in %s", err, r.text)
	}
	return v
}

// faultAt returns the validation error at the location, and fails the test if there is none.
func (r reply) faultAt(location string) api.Fault {
	r.t.Helper()
	p := read[api.Problem](r)
	for _, f := range p.Errors {
		if f.Location == location {
			return f
		}
	}
	r.t.Fatalf("no error at %s in %s", location, r.text)
	return api.Fault{}
}

// stored returns the caller's integration as stored.
func (w *harness) stored(id string) webhook.Integration {
	w.t.Helper()
	in, err := w.store.Store.Integration(w.t.Context(), w.user, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// recorded returns a dispatch as stored.
func (w *harness) recorded(d webhook.Dispatch) webhook.Dispatch {
	w.t.Helper()
	d, err := w.store.Store.Dispatch(w.t.Context(), d.IntegrationID, d.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *harness) saved(d webhook.Dispatch) webhook.Dispatch {
	w.t.Helper()
	if err := w.store.Store.SaveDispatch(w.t.Context(), d); err != nil {
		w.t.Error(err)
	}
	return d
}

// create creates an integration with the given fields and the required ones.
func (w *harness) create(members string) api.Integration {
	w.t.Helper()
	return read[api.Integration](w.do("POST", "/v1/integrations", wish(members)).want(201))
}

// wish returns the body of a creation. members override the default fields.
func wish(members string) string {
	all := map[string]any{"name": "mine", "eventTypes": []string{"ACTOR.RUN.SUCCEEDED"}, "requestUrl": "https://example.com/hook"}
	if err := json.Unmarshal([]byte("{"+members+"}"), &all); err != nil {
		panic(err)
	}
	text, _ := json.Marshal(all)
	return string(text)
}

// dispatched stores a dispatch with one attempt and the given event time and status, changed by
// change.
func (w *harness) dispatched(in api.Integration, at time.Time, status webhook.DispatchStatus, change ...func(*webhook.Dispatch)) webhook.Dispatch {
	event := `{"userId":3406,"eventType":"ACTOR.RUN.SUCCEEDED","createdAt":"` + at.Format(time.RFC3339) + `","resource":{"taskId":"t-1"}}`
	eventID := "ev-" + at.Format(time.RFC3339Nano)
	d := webhook.Dispatch{
		ID: ids.Dispatch(at, eventID, in.ID), IntegrationID: in.ID, UserID: in.UserID, EventID: eventID,
		EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent, CreatedAt: at, Event: []byte(event), Status: webhook.DispatchPending,
	}
	for _, c := range change {
		c(&d)
	}
	a := webhook.Attempt{
		Number: 1, StartedAt: at.Add(time.Second), Duration: 1500 * time.Millisecond, ResponseStatus: 500, ResponseBody: "oops",
		Code: webhook.CodeHTTPStatus, Message: "the receiver answered 500", IntegrationVersion: in.Version,
	}
	return w.saved(d.After(a, webhook.Verdict{Status: status, Reason: "because", Wait: time.Minute}, at.Add(2*time.Second)))
}
