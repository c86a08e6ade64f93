// Package apitest tests the API wherever it is served: as a handler, and by a node over the wire.
package apitest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Target is an API with two users, Alice and Bob, who have nothing yet.
type Target interface {
	// Do sends a request as a user, or without credentials if user is "". headers are given as
	// "Name: value".
	Do(t *testing.T, user, method, path, body string, headers ...string) Reply

	// Dispatched makes a dispatch of Alice's integration and returns its id.
	Dispatched(t *testing.T, integrationID string) string

	// Open reports whether requests without credentials are those of a user.
	Open() bool
}

// Users of a Target.
const (
	Alice = "3406"
	Bob   = "bob"
)

// Reply is a response with its body.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// trespass is a request with which Bob tries to access Alice's data.
type trespass struct {
	body   string
	status int  // of the response; 404 by default
	own    bool // the response is about Bob's own data, or nobody's
}

const integration = `{"name":"alice's","eventTypes":["ACTOR.RUN.SUCCEEDED"],"requestUrl":"https://hooks.example.com/in"}`

// UserIsolation sends, as Bob and as nobody, every operation of the OpenAPI document for what is
// Alice's. It fails for an operation without a case here.
func UserIsolation(t *testing.T, api Target) {
	created := api.Do(t, Alice, "POST", "/v1/integrations", integration, "Idempotency-Key: k")
	if created.Status != http.StatusCreated {
		t.Fatalf("create: %d %s", created.Status, created.Body)
	}
	var in struct {
		ID string `json:"id"`
	}
	decode(t, created, &in)
	dispatch := api.Dispatched(t, in.ID)
	before := api.Do(t, Alice, "GET", "/v1/integrations/"+in.ID, "")
	ref, _ := json.Marshal(map[string]any{"dispatch": map[string]string{"integrationId": in.ID, "dispatchId": dispatch}})
	bobs := strings.ReplaceAll(integration, "alice's", "new")
	cases := map[string]trespass{
		"createIntegration":  {body: bobs, status: 201, own: true}, // with Alice's Idempotency-Key
		"listIntegrations":   {status: 200, own: true},
		"getIntegration":     {},
		"replaceIntegration": {body: bobs},
		"patchIntegration":   {body: `{"name":"bob's"}`},
		"deleteIntegration":  {},
		"testIntegration":    {},
		"probe":              {},
		"testFilter":         {body: `{"filter":"{\"userName\": [\"a\"]}"}`},
		"render":             {body: string(ref)},
		"listEventTypes":     {status: 200, own: true},
		"getSettings":        {status: 200, own: true},
		"listVariables":      {status: 200, own: true},
		"listPresets":        {status: 200, own: true},
		"listDispatches":     {},
		"getDispatch":        {},
		"redeliver":          {},
		"recover":            {body: `{}`},
		"getSecret":          {},
		"rotateSecret":       {},
	}
	for path, operations := range documentOf(t, api).Paths {
		path := strings.NewReplacer("{id}", in.ID, "{dispatch}", dispatch).Replace(path)
		for method, op := range operations {
			t.Run(op.OperationID, func(t *testing.T) {
				c, ok := cases[op.OperationID]
				if !ok {
					t.Fatalf("%s %s: add a case for it", method, path)
				}
				if c.status == 0 {
					c.status = http.StatusNotFound
				}
				method := strings.ToUpper(method)
				got := api.Do(t, Bob, method, path, c.body, "Idempotency-Key: k", "If-Match: *", "If-None-Match: "+before.Header.Get("ETag"))
				if got.Status != c.status {
					t.Errorf("Bob: status %d, want %d: %s", got.Status, c.status, got.Body)
				}
				if c.own && (strings.Contains(got.Body, in.ID) || strings.Contains(got.Body, "alice")) {
					t.Errorf("Bob sees %s", got.Body)
				}
				if api.Open() {
					return
				}
				var problem struct {
					Status int `json:"status"`
				}
				nobody := api.Do(t, "", method, path, c.body)
				if decode(t, nobody, &problem); nobody.Status != http.StatusUnauthorized || problem.Status != nobody.Status {
					t.Errorf("nobody: %d %s", nobody.Status, nobody.Body)
				}
			})
		}
	}
	if after := api.Do(t, Alice, "GET", "/v1/integrations/"+in.ID, ""); after.Body != before.Body {
		t.Errorf("Bob changed Alice's integration from %s to %s", before.Body, after.Body)
	}
}

// document is the part of the OpenAPI document that the test reads.
type document struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
	} `json:"paths"`
}

func documentOf(t *testing.T, api Target) (d document) {
	t.Helper()
	decode(t, api.Do(t, Alice, "GET", "/openapi.json", ""), &d)
	return d
}

func decode(t *testing.T, r Reply, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.Body), into); err != nil {
		t.Fatalf("%d: %v in %s", r.Status, err, r.Body)
	}
}
