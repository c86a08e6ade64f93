package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// document is the part of the OpenAPI document that the test reads.
type document struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Summary     string `json:"summary"`
	} `json:"paths"`
}

func (w *harness) document() document {
	return read[document](w.do("GET", "/openapi.json", "").want(200))
}

// trespass is a request with which bob tries to access alice's data.
type trespass struct {
	body   string
	status int                     // of the response; 404 by default
	check  func(*testing.T, reply) // of a successful response
}

// TestUserIsolation covers every operation of the document. It fails for operations without a case
// here.
func TestUserIsolation(t *testing.T) {
	w := newHarness(t)
	alices := w.do("POST", "/v1/integrations", wish(`"name":"alice's"`), "Idempotency-Key: k").want(201)
	in := read[api.Integration](alices)
	d := w.dispatched(in, noon, webhook.DispatchFailed)
	nothingOfAlices := func(t *testing.T, r reply) {
		if strings.Contains(r.text, in.ID) || strings.Contains(r.text, "alice") {
			t.Errorf("bob sees %s", r.text)
		}
	}
	ref, _ := json.Marshal(map[string]any{"dispatch": map[string]string{"integrationId": in.ID, "dispatchId": d.ID}})
	cases := map[string]trespass{
		"createIntegration":  {body: wish(``), status: 201, check: nothingOfAlices}, // with alice's Idempotency-Key
		"listIntegrations":   {status: 200, check: nothingOfAlices},
		"getIntegration":     {},
		"replaceIntegration": {body: wish(``)},
		"patchIntegration":   {body: `{"name":"bob's"}`},
		"deleteIntegration":  {},
		"testIntegration":    {},
		"probe":              {},
		"render":             {body: string(ref)},
		"listEventTypes":     {status: 200, check: nothingOfAlices},
		"getSettings":        {status: 200, check: nothingOfAlices},
		"listVariables":      {status: 200, check: nothingOfAlices},
		"listDispatches":     {},
		"getDispatch":        {},
		"redeliver":          {},
		"recover":            {body: `{}`},
		"getSecret":          {},
		"rotateSecret":       {},
	}
	for path, operations := range w.document().Paths {
		path := strings.NewReplacer("{id}", in.ID, "{dispatch}", d.ID).Replace(path)
		for method, op := range operations {
			t.Run(op.OperationID, func(t *testing.T) {
				c, ok := cases[op.OperationID]
				if !ok {
					t.Fatalf("%s %s: add a case for it", method, path)
				}
				if c.status == 0 {
					c.status = 404
				}
				method := strings.ToUpper(method)
				headers := []string{"Idempotency-Key: k", "If-Match: *", "If-None-Match: " + alices.header.Get("ETag")}
				got := w.as(bob).do(method, path, c.body, headers...).want(c.status)
				if c.check != nil {
					c.check(t, got)
				}
				if p := read[api.Problem](w.as("").do(method, path, c.body).want(401)); p.Status != 401 {
					t.Errorf("nobody: %+v", p)
				}
			})
		}
	}
	if w.do("GET", "/v1/integrations/"+in.ID, "").want(200).header.Get("ETag") != alices.header.Get("ETag") || len(w.queue.sent) != 0 {
		t.Error("bob changed data of alice")
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
