package api_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func (w *harness) render(body string) api.Rendering {
	w.t.Helper()
	return read[api.Rendering](w.do("POST", "/v1/render", body).want(200))
}

func TestRenderOverASampleEvent(t *testing.T) {
	w := newHarness(t)
	got := w.render(`{"requestUrl":"https://example.com/x","payloadTemplate":"{\"id\":\"{{userId}}\",\"type\":\"{{eventType}}\",\"code\":\"{{apiCode}}\"}","headersTemplate":"{\"X-Api-Key\":\"k\",\"X-Task\":\"a {{apiCode}}\"}"}`)
	if *got.Body != `{"id":3406,"type":"ACTOR.RUN.SUCCEEDED","code":400}` || got.BodyBytes != len(*got.Body) || got.URL != "https://example.com/x" || got.Method != "POST" || len(got.Faults) != 0 {
		t.Errorf("rendering: %s, %+v", *got.Body, got)
	}
	if h := got.Headers; h["X-Api-Key"] != "********" || h["X-Task"] != "a 400" || h["Webhook-Attempt"] != "1" || !strings.HasPrefix(h["webhook-signature"], "v1,") {
		t.Errorf("headers: %v", h)
	}
	if running := w.render(`{"sample":"ACTOR.RUN.RUNNING","payloadTemplate":"[\"{{eventType}}\",\"{{jsonUrl}}\"]"}`); *running.Body != `["ACTOR.RUN.RUNNING",""]` {
		t.Errorf("running: %s", *running.Body)
	}
	if byDefault := w.render(`{}`); !strings.Contains(*byDefault.Body, `"resource"`) {
		t.Errorf("default: %s", *byDefault.Body)
	}
}

func TestRenderOverAGivenEvent(t *testing.T) {
	w := newHarness(t)
	got := w.render(`{"event":{"eventData":{"n":1e400}},"payloadTemplate":"[\"{{eventData.n}}\", \"{{globals.dateISO}}\"]"}`)
	if *got.Body != `[1e400, "2025-06-07T12:00:00Z"]` {
		t.Errorf("body: %s, %+v", *got.Body, got.Faults)
	}
}

func TestRenderOverAPastDispatch(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"payloadTemplate":"[\"{{taskId}}\"]","headersTemplate":"{\"X-A\":\"1\"}"`)
	d := w.dispatched(in, noon, webhook.DispatchFailed)
	ref := `"dispatch":{"integrationId":"` + in.ID + `","dispatchId":"` + d.ID + `"}`
	got := w.render(`{"integrationId":"` + in.ID + `",` + ref + `}`)
	if *got.Body != `["t-1"]` || got.Headers["X-A"] != "1" || got.Headers["Webhook"] != in.ID || got.Headers["Webhook-Dispatch-Id"] != d.ID || got.URL != in.RequestURL {
		t.Errorf("rendering: %+v", got)
	}
	over := w.render(`{"integrationId":"` + in.ID + `","payloadTemplate":"{}",` + ref + `}`)
	if *over.Body != `{}` || over.Headers["X-A"] != "1" {
		t.Errorf("a given template and the integration's other: %+v", over)
	}
	w.as(bob).do("POST", "/v1/render", `{`+ref+`}`).want(404)
	w.as(bob).do("POST", "/v1/render", `{"integrationId":"`+in.ID+`"}`).want(404)
	large := w.dispatched(in, noon.Add(time.Second), webhook.DispatchFailed, func(d *webhook.Dispatch) { d.Event = nil })
	ref = strings.Replace(ref, d.ID, large.ID, 1)
	w.do("POST", "/v1/render", `{`+ref+`}`).want(422).faultAt("body.dispatch")
}

func TestRenderReportsErrorsAndRendersTheRest(t *testing.T) {
	w := newHarness(t)
	event := `"event":{"userName":"a\r\nB: c","resource":{"detail":"` + strings.Repeat("x", 150_000) + `"}},`
	huge := `"payloadTemplate":"[` + strings.Repeat(`\"{{detail}}\",`, 8) + `1]"`
	for name, c := range map[string]struct {
		body, location, message string
		line                    int
		hasBody, hasHeaders     bool
	}{
		"a wrong payload template": {`{"payloadTemplate":"{\n\"a\": {{resorce}} }"}`, "body.payloadTemplate", "resorce", 2, false, true},
		"a wrong headers template": {`{"headersTemplate":"{\"A B\":\"x\"}"}`, "body.headersTemplate", "A B", 1, true, false},
		"a value with CR LF":       {`{` + event + `"headersTemplate":"{\"X-N\":\"{{userName}}\"}"}`, "body.headersTemplate", "X-N", 0, true, false},
		"a body that is too large": {`{` + event + huge + `}`, "body.payloadTemplate", "larger than", 0, false, true},
		"a URL that is refused":    {`{"requestUrl":"https://localhost/"}`, "body.requestUrl", "", 0, true, true},
		"a variable in the host":   {`{"requestUrl":"https://{{userName}}.example.com/"}`, "body.requestUrl", "not in its host", 1, true, true},
		"a URL that is too long":   {`{` + event + `"requestUrl":"https://example.com/{{detail}}"}`, "body.requestUrl", "longer than 2048 bytes", 0, true, true},
		"too long a template":      {`{"payloadTemplate":"` + strings.Repeat(" ", 32<<10) + `{}"}`, "body.payloadTemplate", "32768", 0, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.render(c.body)
			if len(got.Faults) != 1 || got.Faults[0].Location != c.location || !strings.Contains(got.Faults[0].Message, c.message) {
				t.Fatalf("faults: %+v", got.Faults)
			}
			if p := got.Faults[0].Place; (p != nil) != (c.line > 0) || p != nil && p.Line != c.line {
				t.Errorf("place: %+v", p)
			}
			if (got.Body != nil) != c.hasBody || (got.Headers != nil) != c.hasHeaders {
				t.Errorf("body %v, headers %v", got.Body != nil, got.Headers != nil)
			}
		})
	}
	for body, location := range map[string]string{
		`{"event":[1]}`:                         "body.event",
		`{"event":{},"sample":"TEST"}`:          "body",
		`{"sample":"X"}`:                        "body.sample",
		`{"dispatch":{"integrationId":"x"}}`:    "body.dispatch.dispatchId",
		`{"payloadTemplate":{"an":"object"}}`:   "body.payloadTemplate",
		`{"payloadTemplate":"{}","template":1}`: "body.template",
	} {
		w.do("POST", "/v1/render", body).want(422).faultAt(location)
	}
}

// TestSampleMatchesProductPage compares the sample with the product page's example, except for the
// time, which is that of the request.
func TestSampleMatchesProductPage(t *testing.T) {
	page, err := os.ReadFile("../../events/task-succeeded.detail.json")
	if err != nil {
		t.Fatal(err)
	}
	w := newHarness(t)
	in := w.create(``)
	w.now = noon.Add(-12*60*60*1e9 + (6*3600+33*60+14)*1e9) // 06:33:14
	w.do("POST", "/v1/integrations/"+in.ID+"/test", "").want(202)
	sample := strings.Replace(string(w.queue.sent[0].Event), `"TEST"`, `"ACTOR.RUN.SUCCEEDED"`, 1)
	var got, want any
	if json.Unmarshal([]byte(sample), &got) != nil || json.Unmarshal(page, &want) != nil {
		t.Fatal("not JSON")
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("sample:\n%s\npage:\n%s", a, b)
	}
}
