package api_test

import (
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/functions/api/apitest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// target runs the shared tests of the API on a harness.
type target struct{ *harness }

func (w target) Do(t *testing.T, user, method, path, body string, headers ...string) apitest.Reply {
	t.Helper()
	r := w.as(user).do(method, path, body, headers...)
	return apitest.Reply{Status: r.status, Header: r.header, Body: r.text}
}

func (w target) Dispatched(_ *testing.T, integrationID string) string {
	return w.dispatched(api.Integration{ID: integrationID}, noon, webhook.DispatchFailed).ID
}

func (w target) Open() bool { return false }

func TestUserIsolation(t *testing.T) {
	w := newHarness(t)
	apitest.UserIsolation(t, target{w})
	if len(w.queue.sent) != 0 {
		t.Error("bob queued something of alice's")
	}
}

func TestCursorsAndTagsOfOtherUsersAreRejected(t *testing.T) {
	w := newHarness(t)
	var alices, bobs api.Integration
	for range 3 {
		w.now = w.now.Add(time.Millisecond)
		alices, bobs = w.create(``), w.as(bob).create(``)
	}
	cursor := read[dispatchPage](w.do("GET", "/v1/integrations?limit=1", "").want(200)).Cursor
	w.as(bob).do("GET", "/v1/integrations?limit=1&cursor="+cursor, "").want(422).faultAt("query.cursor")

	w.flood(alices, 210, webhook.DispatchFailed)
	other := w.create(``)
	cursor = read[dispatchPage](w.do("GET", "/v1/integrations/"+alices.ID+"/dispatches?limit=1", "").want(200)).Cursor
	w.as(bob).do("GET", "/v1/integrations/"+bobs.ID+"/dispatches?limit=1&cursor="+cursor, "").want(422).faultAt("query.cursor")
	w.do("GET", "/v1/integrations/"+other.ID+"/dispatches?limit=1&cursor="+cursor, "").want(422).faultAt("query.cursor")

	w.now = noon.Add(time.Hour)
	cursor = read[api.Recovery](w.do("POST", "/v1/integrations/"+alices.ID+"/recover", `{}`).want(200)).Cursor
	w.as(bob).do("POST", "/v1/integrations/"+bobs.ID+"/recover", `{"cursor":"`+cursor+`"}`).want(422).faultAt("body.cursor")
	w.do("POST", "/v1/integrations/"+other.ID+"/recover", `{"cursor":"`+cursor+`"}`).want(422).faultAt("body.cursor")

	tag := w.do("GET", "/v1/integrations/"+alices.ID, "").header.Get("ETag")
	w.as(bob).do("PATCH", "/v1/integrations/"+bobs.ID, `{"name":"new"}`, "If-Match: "+tag).want(412)
	w.as(bob).do("GET", "/v1/integrations/"+bobs.ID, "", "If-None-Match: "+tag).want(200)
}
