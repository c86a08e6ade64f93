package api_test

import (
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/functions/api"
)

// Clients and proxies change requests in ways that do not change their meaning.
func TestContentTypesOfJSON(t *testing.T) {
	w := newHarness(t)
	body := `{"name":"n","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":"https://hooks.example.com/x"}`
	for _, kind := range []string{
		"application/json", "APPLICATION/JSON", "application/json;charset=UTF-8", "application/json; charset=utf8", `Application/Json; charset="Utf-8"`, "application/json ; version=1",
	} {
		w.do("POST", "/v1/integrations", body, "Content-Type: "+kind).want(201)
	}
	in := w.create("")
	for _, kind := range []string{"Application/Merge-Patch+JSON", "APPLICATION/JSON; charset=utf8"} {
		w.do("PATCH", "/v1/integrations/"+in.ID, `{"name":"two"}`, "Content-Type: "+kind).want(200)
	}
}

func TestReadOnlyFieldsAreIgnored(t *testing.T) {
	w := newHarness(t)
	in := w.create("")
	path := "/v1/integrations/" + in.ID
	for _, member := range []string{
		`"id":"other"`, `"id":7`, `"userId":3406`, `"version":"1"`, `"createdAt":1749278000`, `"createdAt":"07.06.2025"`, `"modifiedAt":null`,
		`"failingSince":{}`, `"statusReason":[]`, `"signingSecret":"whsec_x"`, `"held":3`, `"warnings":"x"`,
	} {
		body := `{"name":"n","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":"https://hooks.example.com/x",` + member + `}`
		got := read[api.Integration](w.do("PUT", path, body).want(200))
		if got.ID != in.ID || got.UserID != in.UserID || !got.CreatedAt.Equal(in.CreatedAt) || got.SigningSecret != "" {
			t.Errorf("PUT with %s gave %+v", member, got)
		}
		w.do("PATCH", path, `{`+member+`}`).want(200)
		w.do("POST", "/v1/integrations", body).want(201)
	}
	w.do("PUT", path, `{"name":"n","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":"https://hooks.example.com/x","unknown":1}`).want(422)
}

// Proxies that compress responses, such as nginx, make entity tags weak.
func TestWeakEntityTagMatches(t *testing.T) {
	w := newHarness(t)
	in := w.create("")
	path := "/v1/integrations/" + in.ID
	tag := w.do("GET", path, "").want(200).header.Get("ETag")
	if strings.HasPrefix(tag, "W/") {
		t.Fatalf("entity tag %s is weak", tag)
	}
	tag = w.do("PATCH", path, `{"name":"two"}`, "If-Match: W/"+tag).want(200).header.Get("ETag")
	w.do("GET", path, "", "If-None-Match: W/"+tag).want(304)
	w.do("PATCH", path, `{"name":"three"}`, `If-Match: W/"1-other"`).want(412)
	w.do("PATCH", path, `{"name":"three"}`, `If-Match: "1-other", W/`+tag).want(200)
	w.do("PATCH", path, `{"name":"four"}`, "If-Match: W/"+tag).want(412) // an older version
}

// "+08:00" that is not escaped in a query arrives as " 08:00".
func TestUnescapedPlusSign(t *testing.T) {
	w := newHarness(t)
	path := "/v1/integrations/" + w.create("").ID + "/dispatches"
	for _, query := range []string{"?until=2025-06-07T14:33:14+08:00", "?since=2025-06-07T14:33:14%2B08:00", "?since=2025-06-07T14:33:14.5+08:00&until=2025-06-08T00:00:00Z"} {
		w.do("GET", path+query, "").want(200)
	}
	got := w.do("GET", path+"?until=yesterday", "").want(422)
	if !strings.Contains(got.text, "2025-06-07T06:33:14+08:00") {
		t.Errorf("the response does not show a time with an offset: %s", got.text)
	}
}
