package api_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type dispatchPage struct {
	Dispatches []api.DispatchSummary `json:"dispatches"`
	Cursor     string                `json:"cursor"`
}

func TestDispatchesAreListedNewestFirst(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID + "/dispatches"
	statuses := []webhook.DispatchStatus{"FAILED", "SUCCEEDED", "RETRYING", "HELD", "FAILED"}
	var all []string
	for i, st := range statuses {
		all = append(all, w.dispatched(in, noon.Add(time.Duration(i)*time.Hour), st).ID)
	}
	at := func(hours int) string {
		return url.QueryEscape(noon.Add(time.Duration(hours) * time.Hour).Format(time.RFC3339))
	}
	for name, c := range map[string]struct {
		query string
		want  []int
	}{
		"all":                           {"", []int{4, 3, 2, 1, 0}},
		"of one status":                 {"?status=FAILED", []int{4, 0}},
		"two statuses, comma-separated": {"?status=FAILED,held", []int{4, 3, 0}},
		"two statuses, repeated":        {"?status=HELD&status=RETRYING", []int{3, 2}},
		"since a time, inclusive":       {"?since=" + at(3), []int{4, 3}},
		"until a time, exclusive":       {"?until=" + at(1), []int{0}},
		"a period with a UTC offset":    {"?since=2025-06-07T15:00:00%2B02:00&until=" + at(3), []int{2, 1}},
		"pages of two":                  {"?limit=2", []int{4, 3, 2, 1, 0}},
		"pages of one status":           {"?limit=1&status=FAILED", []int{4, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var got, want []string
			for _, i := range c.want {
				want = append(want, all[i])
			}
			for query := c.query; ; {
				p := read[dispatchPage](w.do("GET", path+query, "").want(200))
				for _, d := range p.Dispatches {
					got = append(got, d.ID)
				}
				if p.Cursor == "" {
					break
				}
				w.do("GET", path+"?status=SUCCEEDED&cursor="+p.Cursor, "").want(422).faultAt("query.cursor")
				query = c.query + "&cursor=" + p.Cursor
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
	first := read[dispatchPage](w.do("GET", path+"?limit=1", "")).Dispatches[0]
	if first.AttemptCount != 1 || first.LastAttempt == nil || first.LastAttempt.ResponseStatus != 500 || first.LastAttempt.DurationMs != 1500 || first.FinishedAt == nil || first.Reason == "" {
		t.Errorf("summary: %+v", first)
	}
	if held := read[dispatchPage](w.do("GET", path+"?status=HELD", "")).Dispatches[0]; held.FinishedAt != nil {
		t.Errorf("held dispatch finished at %s", held.FinishedAt)
	}
	for query, location := range map[string]string{
		"status=GONE": "query.status", "since=yesterday": "query.since", "until=1": "query.until", "until=9999-12-31T23:59:59-01:00": "query.until",
		"limit=1000": "query.limit", "cursor=x": "query.cursor", "cursor=AAAAAAAAAAAAAAAA": "query.cursor", "sort=up": "query.sort",
	} {
		w.do("GET", path+"?"+query, "").want(422).faultAt(location)
	}
	w.do("GET", path+"?since=x&until=y&status=z", "").want(422).faultAt("query.until")
}

func TestDispatchShowsSentRequests(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"payloadTemplate":"{\"old\":\"{{taskId}}\"}","headersTemplate":"{\"Authorization\":\"Bearer s3cr3t\",\"X-Task\":\"{{taskId}}\"}"`)
	path := "/v1/integrations/" + in.ID
	d := w.dispatched(in, noon, webhook.DispatchRetrying)
	w.do("PATCH", path, `{"payloadTemplate":"{\"new\":1}","requestUrl":"https://example.org/"}`).want(200)
	d = w.saved(d.After(webhook.Attempt{Number: 2, StartedAt: noon.Add(time.Minute), ResponseStatus: 200, IntegrationVersion: 2}, webhook.Verdict{Status: webhook.DispatchSucceeded}, noon))

	got := read[api.Dispatch](w.do("GET", path+"/dispatches/"+d.ID, "").want(200))
	if len(got.Attempts) != 2 || string(got.Event) != string(d.Event) {
		t.Fatalf("dispatch: %+v", got)
	}
	first, second := got.Attempts[0], got.Attempts[1]
	if first.Request.Body != `{"old":"t-1"}` || first.Request.URL != "https://example.com/hook" || first.ErrorCode != "http_status" || first.ResponseBody != "oops" {
		t.Errorf("first attempt: %+v, %+v", first, first.Request)
	}
	if second.Request.Body != `{"new":1}` || second.Request.URL != "https://example.org/" || second.Request.Headers["Webhook-Attempt"] != "2" {
		t.Errorf("second attempt: %+v, %+v", second, second.Request)
	}
	if h := first.Request.Headers; h["Authorization"] != "Bearer ********" || h["X-Task"] != "t-1" || h["Webhook-Dispatch-Id"] != d.ID || h["webhook-timestamp"] != "1749297601" {
		t.Errorf("headers: %v", h)
	}
	key, _ := seal.NewKey([]byte(strings.Repeat("\a", seal.KeySize)))
	version1, err := w.store.Version(t.Context(), in.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := request.NewBuilder(request.Config{Secrets: seal.NewBox(key)}).Build(t.Context(),
		request.Input{Integration: version1, Dispatch: d, Number: 1, At: noon.Add(time.Second)})
	if err != nil || first.Request.Headers["webhook-signature"] != map[string][]string(sent.Header)[signing.HeaderSignature][0] {
		t.Errorf("signature %q differs from what was sent (%v)", first.Request.Headers["Webhook-Signature"], err)
	}
}

func TestNotesAboutMissingData(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	d := w.dispatched(in, noon, webhook.DispatchFailed)
	path := "/v1/integrations/" + in.ID + "/dispatches/" + d.ID
	w.do("PATCH", "/v1/integrations/"+in.ID, `{"name":"new"}`).want(200)
	w.store.fail = func(m string) error { return map[string]error{"Version": webhook.ErrNotFound}[m] }
	if a := read[api.Dispatch](w.do("GET", path, "").want(200)).Attempts[0]; a.Request != nil || !strings.Contains(a.RequestNote, "Version 1") {
		t.Errorf("version gone: %+v", a)
	}
	d = w.dispatched(in, noon.Add(time.Hour), webhook.DispatchFailed, func(d *webhook.Dispatch) { d.Event = nil })
	path = "/v1/integrations/" + in.ID + "/dispatches/" + d.ID
	got := read[api.Dispatch](w.do("GET", path, "").want(200))
	if got.EventNote == "" || got.Attempts[0].RequestNote == "" {
		t.Errorf("event gone: %+v", got)
	}
	w.do("POST", path+"/redeliver", "").want(409)
}

func TestLargeBodiesAreTruncated(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"payloadTemplate":"\"{{userName}}\""`)
	d := w.dispatched(in, noon, webhook.DispatchRetrying, func(d *webhook.Dispatch) {
		d.Event = []byte(`{"userName":"` + strings.Repeat("é", 400_000) + `"}`)
	})
	for n := range 3 {
		d = d.After(webhook.Attempt{Number: n + 2, StartedAt: noon, IntegrationVersion: 1}, webhook.Verdict{Status: webhook.DispatchFailed}, noon)
		w.saved(d)
	}
	got := w.do("GET", "/v1/integrations/"+in.ID+"/dispatches/"+d.ID, "").want(200)
	attempts := read[api.Dispatch](got).Attempts
	if len(got.text) > 4<<20 || len(attempts[3].Request.Body) != 800_002 || attempts[0].Request.Body != "" || attempts[0].Request.BodyBytes != 800_002 || attempts[0].RequestNote == "" {
		t.Errorf("response of %d bytes, bodies of %d to %d", len(got.text), len(attempts[0].Request.Body), len(attempts[3].Request.Body))
	}
	if strings.Contains(attempts[1].Request.Body, "\uFFFD") {
		t.Error("a character was cut in the middle")
	}
}

func TestRedeliver(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	path := "/v1/integrations/" + in.ID
	at := noon
	for status, want := range map[webhook.DispatchStatus]int{"FAILED": 202, "SUCCEEDED": 202, "HELD": 202, "PENDING": 409, "RETRYING": 409} {
		at = at.Add(time.Second)
		d := w.dispatched(in, at, status)
		got := w.do("POST", path+"/dispatches/"+d.ID+"/redeliver", "").want(want)
		if want != 202 {
			continue
		}
		if got.header.Get("Location") != path+"/dispatches/"+d.ID {
			t.Errorf("location %q", got.header.Get("Location"))
		}
		msg, stored := w.queue.sent[len(w.queue.sent)-1], w.recorded(d)
		if msg.DispatchID != d.ID || msg.Round != 1 || msg.Trigger != webhook.TriggerRedelivery || string(msg.Event) != string(d.Event) || !msg.CreatedAt.Equal(d.CreatedAt) || msg.UserID != alice {
			t.Errorf("message: %+v", msg)
		}
		if stored.Status != webhook.DispatchPending || stored.Round != 1 || len(stored.Attempts) != 1 {
			t.Errorf("record: %+v", stored)
		}
	}
	d := w.dispatched(in, noon.Add(time.Hour), webhook.DispatchFailed)
	for _, status := range []string{"paused", "disabled"} {
		w.do("PATCH", path, `{"status":"`+status+`"}`).want(200)
		w.do("POST", path+"/dispatches/"+d.ID+"/redeliver", "").want(409)
	}
}

func TestDeliveryBeforeMark(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	d := w.dispatched(in, noon, webhook.DispatchFailed)
	w.store.before = func(m string) {
		if m == "SaveDispatch" {
			w.store.before = nil
			w.saved(d.Queued(noon))
		}
	}
	w.do("POST", "/v1/integrations/"+in.ID+"/dispatches/"+d.ID+"/redeliver", "").want(202)
}

func TestNothingIsMarkedIfQueueFails(t *testing.T) {
	w := newHarness(t)
	in := w.create(``)
	d := w.dispatched(in, noon, webhook.DispatchFailed)
	w.queue.fail = errors.New("queue is down")
	w.do("POST", "/v1/integrations/"+in.ID+"/dispatches/"+d.ID+"/redeliver", "").want(500)
	if w.recorded(d).Status != webhook.DispatchFailed {
		t.Error("marked as queued")
	}
}

func TestTest(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"eventTypes":["ACTOR.RUN.FAILED","ACTOR.RUN.SUCCEEDED"]`)
	path := "/v1/integrations/" + in.ID
	got := w.do("POST", path+"/test", "").want(202)
	msg := w.queue.sent[0]
	if got.header.Get("Location") != path+"/dispatches/"+msg.DispatchID || msg.Trigger != webhook.TriggerTest || msg.EventType != webhook.Test || msg.Round != 0 || msg.DispatchID != ids.Dispatch(noon, msg.EventID, in.ID) {
		t.Errorf("message: %+v, headers %v", msg, got.header)
	}
	ev, err := webhook.ParseEvent(webhook.EventTypes{}, []byte(strings.Replace(string(msg.Event), `"TEST"`, `"ACTOR.RUN.FAILED"`, 1)), "", noon)
	if err != nil || ev.UserID != alice || !ev.CreatedAt.Equal(noon) || !strings.Contains(string(msg.Event), "Failed!") {
		t.Errorf("event: %s, %v", msg.Event, err)
	}
	shown := read[api.Dispatch](w.do("GET", got.header.Get("Location"), "").want(200))
	if shown.Status != "PENDING" || shown.Trigger != "test" || shown.EventType != "TEST" || shown.Attempts == nil {
		t.Errorf("dispatch: %+v", shown)
	}
	w.do("POST", path+"/test", `{"eventType":"ACTOR.RUN.RUNNING"}`).want(202)
	if ev := string(w.queue.sent[1].Event); !strings.Contains(ev, `"detail":"Running"`) || !strings.Contains(ev, `"TEST"`) {
		t.Errorf("event: %s", ev)
	}
	w.do("POST", path+"/test", `{"eventType":"X"}`).want(422).faultAt("body.eventType")

	w.queue.fail = errors.New("queue is down")
	w.now = noon.Add(time.Second)
	w.do("POST", path+"/test", "").want(http.StatusInternalServerError)
	p := read[dispatchPage](w.do("GET", path+"/dispatches?status=FAILED", "").want(200))
	if len(p.Dispatches) != 1 {
		t.Errorf("test that was not sent: %+v", p)
	}
}
