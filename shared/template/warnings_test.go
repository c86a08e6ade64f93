package template_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/template"
)

const constant = "line 1, column 1: there is no placeholder, so every request has the same body: write variables like {{taskId}}"

func TestPayloadWarnings(t *testing.T) {
	sentAs := func(place, written, name string) string {
		return place + ": " + written + " is sent as it is written: write {{" + name + "}} for its value"
	}
	for _, c := range []struct {
		name, source string
		want         []string
	}{
		{"a placeholder", `{"a": "{{taskId}}"}`, nil},
		{"blank, which is the default template", " \n", nil},
		{"the default template", template.DefaultPayload, nil},
		{"no placeholder", `{"a": 1}`, []string{constant}},
		{"dollar and braces", `{"a": "{{taskId}}",` + "\n" + `"b": "é ${apiCode}"}`, []string{sentAs("line 2, column 9", "${apiCode}", "apiCode")}},
		{"blanks within the braces", `["{{taskId}}", "${ apiCode }"]`, []string{sentAs("line 1, column 17", "${ apiCode }", "apiCode")}},
		{"angle brackets", `["{{taskId}}", "<resource.items.0.name>"]`, []string{sentAs("line 1, column 17", "<resource.items.0.name>", "resource.items.0.name")}},
		{"a global", `["{{taskId}}", "<globals.dateISO>"]`, []string{sentAs("line 1, column 17", "<globals.dateISO>", "globals.dateISO")}},
		{"each of several, and no placeholder", `["${taskId}", "<taskId>"]`, []string{constant, sentAs("line 1, column 3", "${taskId}", "taskId"), sentAs("line 1, column 16", "<taskId>", "taskId")}},
		{"in a key", `{"${taskId}": {{taskId}}}`, []string{sentAs("line 1, column 3", "${taskId}", "taskId")}},
		{"a name that is not a variable", `["{{taskId}}", "${HOME} <b> <!channel> <nope.taskId> $taskId <a b> ${} <>"]`, nil},
		{"markup", `["{{taskId}}", "<url>{{url}}</url>"]`, nil},
		{"a placeholder behind a dollar sign, or in brackets", `["${{taskId}}", "<{{taskId}}>"]`, nil},
		{"the argument of a filter", `["{{taskId | default: \"<taskId>\"}}", "<taskId>"]`, []string{sentAs("line 1, column 41", "<taskId>", "taskId")}},
		{"a template that does not compile", `{"a": ${taskId}}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := template.CompilePayload(c.source); c.name != "a template that does not compile" && err != nil {
				t.Fatal(err)
			}
			if got, want := lines(template.PayloadWarnings(c.source)), strings.Join(c.want, "\n"); got != want {
				t.Errorf("%s\ngot  %s\nwant %s", c.source, got, want)
			}
		})
	}
}

func TestHeadersWarnings(t *testing.T) {
	for source, want := range map[string]string{
		``:                        "",
		`{"X-A": "1"}`:            "",
		`{"X-A": "{{taskId}}"}`:   "",
		`{"X-A": "a ${taskId}"}`:  "line 1, column 12: ${taskId} is sent as it is written: write {{taskId}} for its value",
		`{"X-A": 1, "B":"<url>"}`: "",
	} {
		if got := lines(template.HeadersWarnings(source)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", source, got, want)
		}
	}
}

func TestWarningsAreAtMostTwenty(t *testing.T) {
	if n := len(template.PayloadWarnings(`"` + strings.Repeat("${taskId}", 1000) + `"`)); n != 20 {
		t.Errorf("%d warnings", n)
	}
}

func lines(all []template.Fault) string {
	texts := make([]string, len(all))
	for i, f := range all {
		texts[i] = fmt.Sprint(f)
	}
	return strings.Join(texts, "\n")
}
