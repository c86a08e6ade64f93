package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Every listed event type can be subscribed to, tested and rendered.
func TestEveryListedEventTypeIsAccepted(t *testing.T) {
	for name, setting := range map[string]string{
		"default":    "",
		"configured": `[{"name": "ACTOR.RUN.ABORTED", "label": "Aborted", "description": "Stopped."}, {"name": "ACTOR.RUN.FAILED"}]`,
	} {
		t.Run(name, func(t *testing.T) { acceptEveryListedType(t, setting) })
	}
}

func acceptEveryListedType(t *testing.T, setting string) {
	types, err := webhook.ParseEventTypes(setting)
	if err != nil {
		t.Fatal(err)
	}
	w := newHarness(t, func(c *api.Config) { c.EventTypes = types })
	list := read[struct {
		EventTypes []struct{ Type string }
	}](w.do("GET", "/v1/event-types", "").want(200))
	if len(list.EventTypes) != len(types.All()) {
		t.Fatalf("%d event types are listed, want %d", len(list.EventTypes), len(types.All()))
	}
	for _, listed := range list.EventTypes {
		body := fmt.Sprintf(`{"name":"n","eventTypes":[%q],"requestUrl":"https://hooks.example.com/x"}`, listed.Type)
		made := read[struct{ ID string }](w.do("POST", "/v1/integrations", body).want(201))
		w.do("POST", "/v1/integrations/"+made.ID+"/test", fmt.Sprintf(`{"eventType":%q}`, listed.Type)).want(202)
		w.do("POST", "/v1/render", fmt.Sprintf(`{"sample":%q}`, listed.Type)).want(200)
	}
}

func TestUnknownEventTypesAreRejected(t *testing.T) {
	types, err := webhook.ParseEventTypes(`[{"name": "ACTOR.RUN.ABORTED"}]`)
	if err != nil {
		t.Fatal(err)
	}
	w := newHarness(t, func(c *api.Config) { c.EventTypes = types })
	got := w.do("POST", "/v1/integrations", `{"name":"n","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":"https://hooks.example.com/x"}`).want(422)
	if !strings.Contains(got.text, "must be one of ACTOR.RUN.ABORTED") {
		t.Errorf("the response does not name the types: %s", got.text)
	}
	w.do("POST", "/v1/render", `{}`).want(200) // uses a sample of the first type
}
