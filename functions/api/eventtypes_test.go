package api_test

import (
	"fmt"
	"testing"
)

// What the list of event types offers can be asked for, tested and rendered.
func TestEveryListedEventTypeIsAccepted(t *testing.T) {
	w := newHarness(t)
	list := read[struct {
		EventTypes []struct{ Type string }
	}](w.do("GET", "/v1/event-types", "").want(200))
	if len(list.EventTypes) == 0 {
		t.Fatal("no event types are listed")
	}
	for _, listed := range list.EventTypes {
		body := fmt.Sprintf(`{"name":"n","eventTypes":[%q],"requestUrl":"https://hooks.example.com/x"}`, listed.Type)
		made := read[struct{ ID string }](w.do("POST", "/v1/integrations", body).want(201))
		w.do("POST", "/v1/integrations/"+made.ID+"/test", fmt.Sprintf(`{"eventType":%q}`, listed.Type)).want(202)
		w.do("POST", "/v1/render", fmt.Sprintf(`{"sample":%q}`, listed.Type)).want(200)
	}
}
