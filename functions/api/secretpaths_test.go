package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const marked = "m4rk3d-s3cr3t"

// markedEvent has marked values at secret paths, one of them in JSON in a string, with an escape.
const markedEvent = `{"userId":3406,"eventType":"ACTOR.RUN.SUCCEEDED","createdAt":"2025-06-07T12:00:00Z","resource":{
	"taskId":"t-1","apiKey":"` + marked + `","url":"{\"spider_id\":\"3\",\"token\":\"\\u006d4rk3d-s3cr3t\"}"}}`

// markedTemplates put the values everywhere.
const markedTemplates = `"requestUrl":"https://example.com/{{apiKey}}?token={{url.token}}&all={{resource}}","payloadTemplate":"{\"a\":\"{{apiKey}}\",\"b\":\"in {{apiKey | limit: 9}}\",\"c\":\"{{resource}}\",\"d\":\"{{resource | json}}\",\"e\":\"{{url}}\",\"f\":{{url.token}},\"g\":\"{{apiKey | slack | text}}\",\"task\":\"{{taskId}}\"}",
	"headersTemplate":"{\"user-agent\":\"agent {{apiKey}}\",\"X-A\":\"{{apiKey}}\",\"X-B\":\"{{resource}}\",\"X-Task\":\"{{taskId}}\"}"`

func withSecretPaths(t *testing.T) func(*api.Config) {
	secrets, err := template.ParseSecrets("resource.apiKey,url.token")
	if err != nil {
		t.Fatal(err)
	}
	return func(c *api.Config) { c.Secrets = secrets }
}

// markedDispatch stores a dispatch with the marked event, whose receiver has answered with the secret.
func (w *harness) markedDispatch(in api.Integration, at time.Time, status webhook.DispatchStatus) webhook.Dispatch {
	d := w.dispatched(in, at, webhook.DispatchRetrying, func(d *webhook.Dispatch) { d.Event = []byte(markedEvent) })
	return w.saved(d.After(webhook.Attempt{
		Number: 2, StartedAt: at.Add(time.Minute), ResponseStatus: 500, ResponseBody: `unknown key ` + marked + ` or m4rk3d-s3cr`, IntegrationVersion: in.Version,
	}, webhook.Verdict{Status: status}, at.Add(time.Minute)))
}

// Nothing that the API says or logs has a value at a secret path, whatever the templates do with it.
func TestNoRouteShowsSecretValues(t *testing.T) {
	w := newHarness(t, withSecretPaths(t))
	in := w.create(markedTemplates)
	d := w.markedDispatch(in, noon, webhook.DispatchFailed)
	ref, _ := json.Marshal(map[string]any{"integrationId": in.ID, "dispatch": map[string]string{"integrationId": in.ID, "dispatchId": d.ID}})
	own := "/v1/integrations/" + in.ID
	calls := []struct {
		operation, method, path, body string
		status                        int
	}{
		{"createIntegration", "POST", "/v1/integrations", wish(markedTemplates), 201},
		{"listIntegrations", "GET", "/v1/integrations", "", 200},
		{"getIntegration", "GET", own, "", 200},
		{"listDispatches", "GET", own + "/dispatches", "", 200},
		{"getDispatch", "GET", own + "/dispatches/" + d.ID, "", 200},
		{"render", "POST", "/v1/render", string(ref), 200},
		{"render", "POST", "/v1/render", `{"integrationId":"` + in.ID + `","event":` + markedEvent + `}`, 200},
		{"render", "POST", "/v1/render", `{"headersTemplate":"{\"X-A\":\"{{apiKey}}\"}","event":` + strings.ReplaceAll(markedEvent, marked, marked+`\n`) + `}`, 200},
		{"testFilter", "POST", own + "/filter/test", `{"filter":"{\"resource\":{\"apiKey\":[\"x\"]}}"}`, 200},
		{"testFilter", "POST", own + "/filter/test", `{"filter":"{\"resource\":{\"url\":[\"x\"]}}"}`, 200},
		{"testFilter", "POST", own + "/filter/test", `{"filter":"{\"resource\":{\"url\":{\"token\":[{\"prefix\":\"x\"}]}}}"}`, 200},
		{"render", "POST", "/v1/render", strings.Replace(string(ref), "{", `{"filter":"{\"resource\":{\"apiKey\":[\"x\"]}}",`, 1), 200},
		{"testIntegration", "POST", own + "/test", `{}`, 202},
		{"redeliver", "POST", own + "/dispatches/" + d.ID + "/redeliver", "", 202},
		{"recover", "POST", own + "/recover", `{"statuses":["SUCCEEDED"]}`, 200},
		{"probe", "POST", own + "/probe", "", 409},
		{"patchIntegration", "PATCH", own, `{"name":"new"}`, 200},
		{"replaceIntegration", "PUT", own, wish(""), 200},
		{"getDispatch", "GET", own + "/dispatches/" + d.ID, "", 200}, // of the earlier version
		{"listEventTypes", "GET", "/v1/event-types", "", 200},
		{"getSettings", "GET", "/v1/settings", "", 200},
		{"listVariables", "GET", "/v1/variables", "", 200},
		{"listPresets", "GET", "/v1/presets", "", 200},
		{"getSecret", "GET", own + "/secret", "", 200},
		{"rotateSecret", "POST", own + "/secret/rotate", "", 200},
		{"deleteIntegration", "DELETE", own, "", 204},
	}
	called := map[string]bool{}
	for _, c := range calls {
		called[c.operation] = true
		got := w.do(c.method, c.path, c.body)
		if got.status != c.status {
			t.Errorf("%s: %d %s", c.operation, got.status, got.text)
		}
		if at := strings.Index(got.text, "4rk3d"); at >= 0 {
			t.Errorf("%s shows a secret value: %s", c.operation, got.text[max(at-40, 0):at+20])
		}
	}
	if strings.Contains(w.log.String(), "4rk3d") {
		t.Error("the log has a secret value")
	}
	var document struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	_ = json.Unmarshal([]byte(w.do("GET", "/openapi.json", "").want(200).text), &document)
	for path, methods := range document.Paths {
		for method, o := range methods {
			if !called[o.OperationID] {
				t.Errorf("%s %s: add a call of %s", strings.ToUpper(method), path, o.OperationID)
			}
		}
	}
	if sent := w.queue.sent; !slices.ContainsFunc(sent, func(m webhook.Message) bool { return strings.Contains(string(m.Event), marked) }) {
		t.Error("the redelivery was queued without the secret value, so the receiver would get the mask")
	}
}

func TestSecretValuesAreShownAsMask(t *testing.T) {
	w := newHarness(t, withSecretPaths(t))
	in := w.create(markedTemplates)
	d := w.markedDispatch(in, noon, webhook.DispatchFailed)
	got := read[api.Dispatch](w.do("GET", "/v1/integrations/"+in.ID+"/dispatches/"+d.ID, "").want(200))
	if want := strings.ReplaceAll(strings.ReplaceAll(markedEvent, marked, template.Mask), `\\u006d4rk3d-s3cr3t`, template.Mask); compact(t, string(got.Event)) != compact(t, want) {
		t.Errorf("event %s", got.Event)
	}
	if !slices.Equal(got.Masked, []string{"resource.apiKey", "resource.url.token"}) {
		t.Errorf("masked paths %q", got.Masked)
	}
	last := got.Attempts[1]
	if last.ResponseBody != "unknown key ******** or ********" || got.LastAttempt.ResponseBody != last.ResponseBody {
		t.Errorf("response %q", last.ResponseBody)
	}
	const url = `{\"spider_id\":\"3\",\"token\":\"********\"}`
	if !strings.Contains(last.Request.Body, `"a":"********","b":"in ********",`) || !strings.Contains(last.Request.Body, `"e":"`+url+`","f":"********","g":"********","task":"t-1"}`) {
		t.Errorf("body %s", last.Request.Body)
	}
	if h := last.Request.Headers; h["X-A"] != "********" || h["User-Agent"] != "agent ********" || h["X-Task"] != "t-1" || !strings.Contains(h["X-B"], `"taskId":"t-1","apiKey":"********"`) {
		t.Errorf("headers %v", h)
	}
	if last.Request.BodyBytes <= len(last.Request.Body)-20 || !json.Valid([]byte(last.Request.Body)) {
		t.Errorf("body of %d bytes: %s", last.Request.BodyBytes, last.Request.Body)
	}
}

func compact(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// The key in samples is masked too, although it is nobody's: previews look like what the log will show.
func TestSamplesAreMasked(t *testing.T) {
	w := newHarness(t)
	got := read[api.Rendering](w.do("POST", "/v1/render", `{"payloadTemplate":"{\"key\":\"{{apiKey}}\"}"}`).want(http.StatusOK))
	if *got.Body != `{"key":"********"}` || !slices.Equal(got.Masked, []string{"resource.apiKey"}) || len(got.Warnings) != 0 {
		t.Errorf("rendered %s, %+v", *got.Body, got)
	}
}

// An event that was copied from a response is not the event: the API says so.
func TestMaskInEventIsWarnedOf(t *testing.T) {
	w := newHarness(t)
	got := read[api.Rendering](w.do("POST", "/v1/render", `{"event":{"resource":{"apiKey":"********"}}}`).want(http.StatusOK))
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "has the mask ******** instead of a secret value, at resource.apiKey") {
		t.Errorf("warnings %q", got.Warnings)
	}
}
