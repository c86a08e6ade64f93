package webhook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestDefaultEventTypes(t *testing.T) {
	var types webhook.EventTypes
	all := types.All()
	for _, info := range all {
		if !types.Known(info.Type) || info.Label == "" || info.Description == "" {
			t.Errorf("type = %+v", info)
		}
	}
	if got, want := types.String(), "ACTOR.RUN.RUNNING, ACTOR.RUN.SUCCEEDED, ACTOR.RUN.FAILED"; got != want {
		t.Errorf("types = %q, want %q", got, want)
	}
	if types.Known(webhook.Test) || types.Sample() != webhook.Succeeded {
		t.Errorf("Known(Test) is true, or Sample() = %s", types.Sample())
	}
	all[0].Type = "scribble"
	if types.All()[0].Type != webhook.Running {
		t.Error("changing the result of All changed the table")
	}
}

func TestParseEventTypes(t *testing.T) {
	types, err := webhook.ParseEventTypes(`[{"name": "ACTOR.RUN.ABORTED", "label": "Aborted", "description": "Stopped."}, {"name": "x-1_y"}]`)
	if err != nil {
		t.Fatal(err)
	}
	want := []webhook.EventTypeInfo{{Type: "ACTOR.RUN.ABORTED", Label: "Aborted", Description: "Stopped."}, {Type: "x-1_y", Label: "x-1_y"}}
	if diff := cmp.Diff(want, types.All()); diff != "" {
		t.Error(diff)
	}
	if !types.Known("x-1_y") || types.Known(webhook.Succeeded) || types.Sample() != "ACTOR.RUN.ABORTED" {
		t.Errorf("types = %v", types)
	}
	for _, n := range []int{1, 50} {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"name":"T%d"}`, i))
		}
		if types, err := webhook.ParseEventTypes("[" + strings.Join(list, ",") + "]"); err != nil || len(types.All()) != n {
			t.Errorf("%d types: %v, %v", n, types, err)
		}
	}
	for _, unset := range []string{"", " \n"} {
		if types, err := webhook.ParseEventTypes(unset); err != nil || !types.Known(webhook.Succeeded) {
			t.Errorf("%q gives %v, %v; want the default", unset, types, err)
		}
	}
}

func TestParseEventTypesRejects(t *testing.T) {
	many := strings.Repeat(`{"name":"a"},`, 50) + `{"name":"a"}`
	for raw, want := range map[string]string{
		`ACTOR.RUN.FAILED`:                "must be a JSON list like",
		`{"name": "A"}`:                   "must be a JSON list like",
		`[{"name": "A"}] x`:               "trailing data after the list",
		`[{"name": "A"}]]`:                "trailing data after the list",
		`[{"name": "A"}]}`:                "trailing data after the list",
		`[{"name": "A", "titel": "B"}]`:   `unknown field "titel"`,
		`[]`:                              "has 0 event types: want 1 to 50",
		`null`:                            "has 0 event types",
		"[" + many + "]":                  "has 51 event types",
		`[{"name": "A"}, {"label": "B"}]`: "event type 2: name is missing",
		`[{"name": "A B"}]`:               `event type 1: name "A B": want 1 to 64 letters`,
		`[{"name": "A,B"}]`:               `name "A,B"`,
		fmt.Sprintf(`[{"name": %q}]`, strings.Repeat("a", 65)): "want 1 to 64 letters",
		`[{"name": "Test"}]`:                                                        "the name TEST is reserved",
		`[{"name": "A"}, {"name": "A"}]`:                                            "event type 2: A is listed twice",
		`[{"name": "A", "label": "two\nlines"}]`:                                    "label of A: want at most 100 characters on one line",
		fmt.Sprintf(`[{"name": "A", "label": %q}]`, strings.Repeat("a", 101)):       "label of A",
		fmt.Sprintf(`[{"name": "A", "description": %q}]`, strings.Repeat("a", 501)): "description of A: want at most 500",
	} {
		types, err := webhook.ParseEventTypes(raw)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60s: error %v, want %q on one line", raw, err, want)
		}
		if !types.Known(webhook.Succeeded) {
			t.Errorf("%.60s: invalid types were accepted: %v", raw, types)
		}
	}
}

func FuzzParseEventTypes(f *testing.F) {
	for _, raw := range []string{"", "[]", `[{"name":"A","label":"B","description":"C"}]`, `[{"name":"A"},{"name":"A"}]`} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		types, err := webhook.ParseEventTypes(raw)
		if n := len(types.All()); err == nil && (n < 1 || n > 50 || !types.Known(types.Sample()) || types.Known(webhook.Test)) {
			t.Errorf("%q gives %v", raw, types)
		}
	})
}
