package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestCreate(t *testing.T) {
	w := newHarness(t)
	got := w.do("POST", "/v1/integrations", wish(`"description":"d","doNotRetry":true`)).want(201)
	in := read[api.Integration](got)
	if got.header.Get("Location") != "/v1/integrations/"+in.ID || got.header.Get("ETag") == "" {
		t.Errorf("headers: %v", got.header)
	}
	if !strings.HasPrefix(in.SigningSecret, "whsec_") || in.Status != "active" || in.Version != 1 || in.UserID != alice || !in.CreatedAt.Equal(noon) || !in.DoNotRetry {
		t.Errorf("created: %s", got.text)
	}
	if stored := w.stored(in.ID); strings.Contains(string(stored.Secrets.Current), in.SigningSecret) {
		t.Error("the secret is stored unencrypted")
	}
	again := w.do("GET", "/v1/integrations/"+in.ID, "").want(200)
	if strings.Contains(again.text, "whsec_") || again.header.Get("ETag") != got.header.Get("ETag") {
		t.Errorf("read: %s", again.text)
	}
}

func TestCreateWithAKey(t *testing.T) {
	w := newHarness(t)
	first := w.do("POST", "/v1/integrations", wish(``), "Idempotency-Key: k").want(201)
	again := w.do("POST", "/v1/integrations", " "+wish(``), "Idempotency-Key: k").want(201)
	if first.text != again.text || again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("repeated: %s, want %s", again.text, first.text)
	}
	w.do("POST", "/v1/integrations", wish(`"name":"other"`), "Idempotency-Key: k").want(422).faultAt("header.Idempotency-Key")
	w.do("POST", "/v1/integrations", wish(``), "Idempotency-Key: "+strings.Repeat("k", 256)).want(422).faultAt("header.Idempotency-Key")
	w.do("DELETE", first.header.Get("Location"), "").want(204)
	w.do("POST", "/v1/integrations", wish(``), "Idempotency-Key: k").want(409)
	if other := w.as(bob).create(``); other.UserID != bob {
		t.Error("an idempotency key of one user works for another")
	}
}

func TestEveryInvalidFieldIsReported(t *testing.T) {
	w := newHarness(t)
	cases := map[string]struct {
		body      string
		locations []string
	}{
		"nothing given":          {`{}`, []string{"body.eventTypes", "body.name", "body.requestUrl"}},
		"everything invalid":     {`{"name":"","eventTypes":["X"],"requestUrl":"ftp://x","payloadTemplate":"{","headersTemplate":"[]","status":"on","extra":1}`, []string{"body.eventTypes[0]", "body.extra", "body.headersTemplate", "body.name", "body.payloadTemplate", "body.requestUrl", "body.status"}},
		"wrong types":            {wish(`"name":5,"doNotRetry":"no","eventTypes":"x"`), []string{"body.doNotRetry", "body.eventTypes", "body.name"}},
		"wrong case":             {wish(`"requestURL":"https://example.com"`), []string{"body.requestURL"}},
		"not an object":          {`[]`, []string{"body"}},
		"a URL with credentials": {wish(`"requestUrl":"https://u:p@example.com"`), []string{"body.requestUrl"}},
		"a URL without a host":   {wish(`"requestUrl":"https://"`), []string{"body.requestUrl"}},
		"a private address":      {wish(`"requestUrl":"https://10.0.0.1/"`), []string{"body.requestUrl"}},
		"the same type twice":    {wish(`"eventTypes":["ACTOR.RUN.FAILED","ACTOR.RUN.FAILED"]`), []string{"body.eventTypes[1]"}},
		"no type":                {wish(`"eventTypes":[]`), []string{"body.eventTypes"}},
		"TEST is not allowed":    {wish(`"eventTypes":["TEST"]`), []string{"body.eventTypes[0]"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := w.do("POST", "/v1/integrations", c.body).want(422)
			if ct := got.header.Get("Content-Type"); ct != "application/problem+json" {
				t.Errorf("content type %q", ct)
			}
			var locations []string
			for _, f := range read[api.Problem](got).Errors {
				locations = append(locations, f.Location)
			}
			slices.Sort(locations)
			if !slices.Equal(slices.Compact(locations), c.locations) {
				t.Errorf("errors at %v, want %v", locations, c.locations)
			}
		})
	}
}

func TestTemplateErrorHasPositionAndSuggestion(t *testing.T) {
	w := newHarness(t)
	got := w.do("POST", "/v1/integrations", wish(`"payloadTemplate":"{\n \"a\": \"{{resorce.taskId}}\"}"`)).want(422)
	f := got.faultAt("body.payloadTemplate")
	if f.Place == nil || f.Line != 2 || f.Suggestion != "resource" {
		t.Errorf("error: %+v in %s", f, got.text)
	}
}

func TestLimits(t *testing.T) {
	w := newHarness(t)
	headers := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,\"X-%d\":\"v\"`, i)
		}
		return `"headersTemplate":"{` + b.String()[1:] + `}"`
	}
	padded := func(field string, n int) string {
		return `"` + field + `":"{}` + strings.Repeat(" ", n-2) + `"`
	}
	cases := map[string]struct{ fits, over, location string }{
		"name":            {`"name":"` + strings.Repeat("é", 100) + `"`, `"name":"` + strings.Repeat("é", 101) + `"`, "body.name"},
		"description":     {`"description":"` + strings.Repeat("é", 1000) + `"`, `"description":"` + strings.Repeat("é", 1001) + `"`, "body.description"},
		"URL":             {`"requestUrl":"https://example.com/` + strings.Repeat("a", 2028) + `"`, `"requestUrl":"https://example.com/` + strings.Repeat("a", 2029) + `"`, "body.requestUrl"},
		"payloadTemplate": {padded("payloadTemplate", 32<<10), padded("payloadTemplate", 32<<10+1), "body.payloadTemplate"},
		"headersTemplate": {padded("headersTemplate", 8<<10), padded("headersTemplate", 8<<10+1), "body.headersTemplate"},
		"headers":         {headers(50), headers(51), "body.headersTemplate"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w.do("POST", "/v1/integrations", wish(c.fits)).want(201)
			w.do("POST", "/v1/integrations", wish(c.over)).want(422).faultAt(c.location)
		})
	}
	t.Run("body", func(t *testing.T) {
		body := wish(``)
		w.do("POST", "/v1/integrations", body+strings.Repeat(" ", 256<<10-len(body))).want(201)
		w.do("POST", "/v1/integrations", body+strings.Repeat(" ", 256<<10-len(body)+1)).want(413)
	})
	t.Run("page", func(t *testing.T) {
		w.do("GET", "/v1/integrations?limit=100", "").want(200)
		for _, n := range []string{"101", "0", "-1", "x"} {
			w.do("GET", "/v1/integrations?limit="+n, "").want(422).faultAt("query.limit")
		}
	})
	t.Run("integrations of a user", func(t *testing.T) {
		w := newHarness(t, func(c *api.Config) { c.Limits.Integrations = 2 })
		w.create(``)
		w.create(``)
		w.do("POST", "/v1/integrations", wish(``)).want(409)
		w.as(bob).create(``)
	})
}

func TestListsArePaginated(t *testing.T) {
	w := newHarness(t)
	var want, got []string
	for range 5 {
		w.now = w.now.Add(time.Millisecond)
		want = append(want, w.create(``).ID)
	}
	w.as(bob).create(``)
	type page struct {
		Integrations []api.Integration `json:"integrations"`
		Cursor       string            `json:"cursor"`
	}
	for path := "/v1/integrations?limit=2"; ; {
		p := read[page](w.do("GET", path, "").want(200))
		for _, in := range p.Integrations {
			got = append(got, in.ID)
		}
		if p.Cursor == "" {
			break
		}
		w.as(bob).do("GET", "/v1/integrations?cursor="+p.Cursor, "").want(422).faultAt("query.cursor")
		path = "/v1/integrations?limit=2&cursor=" + p.Cursor
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages: %v, want %v", got, want)
	}
	if empty := w.as("nobody").do("GET", "/v1/integrations", "").want(200); empty.text != "{\"integrations\":[]}\n" {
		t.Errorf("no integrations: %s", empty.text)
	}
}

func TestConditions(t *testing.T) {
	w := newHarness(t)
	made := w.do("POST", "/v1/integrations", wish(``)).want(201)
	path, tag := made.header.Get("Location"), made.header.Get("ETag")
	otherTag := w.as(bob).do("POST", "/v1/integrations", wish(``)).want(201).header.Get("ETag")

	for name, c := range map[string]struct {
		method, header string
		status         int
	}{
		"the tag read before gives 304":        {"GET", "If-None-Match: " + tag, 304},
		"a weak tag gives 304":                 {"GET", "If-None-Match: W/" + tag, 304},
		"one of several gives 304":             {"GET", `If-None-Match: "x", ` + tag, 304},
		"any gives 304":                        {"GET", "If-None-Match: *", 304},
		"another tag gives the integration":    {"GET", `If-None-Match: "x"`, 200},
		"the current tag allows a change":      {"PATCH", "If-Match: " + tag, 200},
		"one of several allows a change":       {"PATCH", `If-Match: "x", ` + tag, 200},
		"any allows a change":                  {"PATCH", "If-Match: *", 200},
		"another tag prevents a change":        {"PATCH", `If-Match: "2-x"`, 412},
		"another user's tag prevents a change": {"PATCH", "If-Match: " + otherTag, 412},
		"another tag prevents a replacement":   {"PUT", `If-Match: "x"`, 412},
		"another tag prevents a deletion":      {"DELETE", `If-Match: "x"`, 412},
		"an unquoted tag prevents a deletion":  {"DELETE", `If-Match: x`, 412},
		"several headers are one list":         {"PATCH", `If-Match: "x"`, 412},
		"an unquoted tag prevents a change":    {"PATCH", "If-Match: " + strings.Trim(tag, `"`), 412},
	} {
		t.Run(name, func(t *testing.T) {
			body := map[string]string{"PUT": wish(``), "PATCH": `{"name":"mine"}`}[c.method]
			got := w.do(c.method, path, body, c.header).want(c.status)
			if got.status != 200 && got.header.Get("ETag") != tag {
				t.Errorf("tag %q, want %q", got.header.Get("ETag"), tag)
			}
		})
	}
	w.do("PATCH", path, `{"name":"new"}`, `If-Match: "x"`, "If-Match: "+tag).want(200)
	w.do("PATCH", path, `{"name":"newer"}`, "If-Match: "+tag).want(412)
	w.do("DELETE", path, "", "If-Match: "+tag).want(412)
	w.do("DELETE", path, "", "If-Match: "+w.do("GET", path, "").header.Get("ETag")).want(204)
	w.do("GET", path, "").want(404)
}

func TestHealthChangesTagButDoesNotPreventEdits(t *testing.T) {
	w := newHarness(t)
	made := w.do("POST", "/v1/integrations", wish(``)).want(201)
	in, path, tag := read[api.Integration](made), made.header.Get("Location"), made.header.Get("ETag")
	if err := w.store.SaveHealth(t.Context(), alice, in.ID, webhook.Health{}, webhook.Health{FailingSince: noon}); err != nil {
		t.Fatal(err)
	}
	got := w.do("GET", path, "", "If-None-Match: "+tag).want(200)
	if read[api.Integration](got).FailingSince == nil {
		t.Errorf("failing: %s", got.text)
	}
	w.do("PATCH", path, `{"name":"new"}`, "If-Match: "+tag).want(200)
}

func TestReplace(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"description":"d","payloadTemplate":"{}","doNotRetry":true,"status":"paused"`)
	w.now = noon.Add(time.Hour)
	got := read[api.Integration](w.do("PUT", "/v1/integrations/"+in.ID, wish(`"name":"new"`)).want(200))
	if got.Name != "new" || got.Description != "" || got.PayloadTemplate != "" || got.DoNotRetry || got.Status != "active" || got.Version != 2 || !got.ModifiedAt.Equal(w.now) || !got.CreatedAt.Equal(noon) {
		t.Errorf("replaced: %+v", got)
	}
	asRead := w.do("GET", "/v1/integrations/"+in.ID, "").text
	if same := read[api.Integration](w.do("PUT", "/v1/integrations/"+in.ID, asRead).want(200)); same.Version != 2 {
		t.Errorf("sending back the response created version %d", same.Version)
	}
}

func TestPatch(t *testing.T) {
	w := newHarness(t)
	in := w.create(`"description":"d","headersTemplate":"{}"`)
	path := "/v1/integrations/" + in.ID
	got := read[api.Integration](w.do("PATCH", path, `{"description":null,"doNotRetry":true}`, "Content-Type: application/merge-patch+json").want(200))
	if got.Description != "" || !got.DoNotRetry || got.Name != "mine" || got.HeadersTemplate != "{}" || got.Version != 2 {
		t.Errorf("patched: %+v", got)
	}
	w.do("PATCH", path, `{"name":null}`).want(422).faultAt("body.name")
	w.do("PATCH", path, `{"Name":"x"}`).want(422).faultAt("body.Name")
	w.do("PATCH", path, `{"colour":"red"}`).want(422).faultAt("body.colour")
	w.do("PATCH", path, `[]`).want(422).faultAt("body")
	w.do("PATCH", path, "").want(400)
}

func TestConflictIsRetriedWithoutIfMatch(t *testing.T) {
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		t.Run(method, func(t *testing.T) {
			w := newHarness(t)
			in := w.create(``)
			races := 2
			w.store.before = func(m string) {
				if (m == "UpdateIntegration" || m == "DeleteIntegration") && races > 0 {
					races--
					if err := w.store.Store.UpdateIntegration(t.Context(), w.stored(in.ID).Changed(noon)); err != nil {
						t.Error(err)
					}
				}
			}
			body := map[string]string{"PUT": wish(`"name":"new"`), "PATCH": `{"name":"new"}`}[method]
			if got := w.do(method, "/v1/integrations/"+in.ID, body); got.status >= 300 {
				t.Errorf("status %d: %s", got.status, got.text)
			}
			races = 1000
			if method != "DELETE" {
				w.do(method, "/v1/integrations/"+in.ID, strings.Replace(body, "new", "newer", 1)).want(http.StatusConflict)
			}
		})
	}
}

func TestConcurrentCreationsKeepTheQuotaAndTheKey(t *testing.T) {
	w := newHarness(t, func(c *api.Config) { c.Limits.Integrations = 5 })
	all := func(n int, headers ...string) (byStatus map[int]int, ids map[string]bool) {
		byStatus, ids = map[int]int{}, map[string]bool{}
		var mu sync.Mutex
		var calls sync.WaitGroup
		for range n {
			calls.Go(func() {
				got := w.do("POST", "/v1/integrations", wish(``), headers...)
				mu.Lock()
				defer mu.Unlock()
				byStatus[got.status]++
				ids[got.header.Get("Location")] = true
			})
		}
		calls.Wait()
		return byStatus, ids
	}
	if got, ids := all(10, "Idempotency-Key: k"); got[201] != 10 || len(ids) != 1 {
		t.Errorf("one key: %v, %v", got, ids)
	}
	if got, _ := all(20); got[201] != 4 || got[409] != 16 {
		t.Errorf("beyond the quota: %v", got)
	}
}
