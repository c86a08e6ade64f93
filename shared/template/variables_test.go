package template_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/template"
)

func TestEveryVariableIsFoundAtItsPath(t *testing.T) {
	event := string(pageEvent(t).JSON)
	for _, v := range template.Variables() {
		byName, byPath := render(t, `"{{`+v.Name+`}}"`, event), render(t, `"{{`+v.Path+`}}"`, event)
		if byName != byPath || byName == "null" {
			t.Errorf("%s gives %s, %s gives %s", v.Name, byName, v.Path, byPath)
		}
		if v.Example != "" && v.Example != strings.Trim(byName, `"`) {
			t.Errorf("the example of %s is %s; the event has %s", v.Name, v.Example, byName)
		}
		if v.Description == "" || !fits(v.Type, byName) {
			t.Errorf("%+v: the event has %s", v, byName)
		}
	}
}

// fits reports whether a JSON value is of one of the types that a variable names.
func fits(types, value string) bool {
	switch value[0] {
	case '"':
		return strings.Contains(types, "string")
	case '{':
		return types == "object"
	}
	return strings.Contains(types, "number")
}

func TestEveryFieldOfThePagesExampleIsAVariable(t *testing.T) {
	raw, err := os.ReadFile("../../events/task-succeeded.detail.json")
	if err != nil {
		t.Fatal(err)
	}
	var event map[string]any
	if err := json.Unmarshal(raw, &event); err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	for _, v := range template.Variables() {
		paths[v.Path] = true
	}
	for root, value := range event {
		if !paths[root] {
			t.Errorf("no variable for %s", root)
		}
		inner, _ := value.(map[string]any)
		for name := range inner {
			if path := root + "." + name; !paths[path] {
				t.Errorf("no variable for %s", path)
			}
		}
	}
}

func TestVariablesCannotBeChangedByTheCaller(t *testing.T) {
	template.Variables()[0].Name = "changed"
	if got := template.Variables()[0].Name; got != "userId" {
		t.Error(got)
	}
}
