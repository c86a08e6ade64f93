package template_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/thordata/webhook-integration/shared/template"
)

// names are keys of events and parts of paths: few, so that they meet.
var names = []string{"userId", "resource", "eventData", "url", "taskId", "a", "b", "0", "1", "12", "é"}

// drawName spells a key in one of JSON's ways.
func drawName(t *rapid.T) string {
	name := rapid.SampledFrom(names).Draw(t, "name")
	if rapid.IntRange(0, 4).Draw(t, "escape") == 0 {
		r, n := utf8.DecodeRuneInString(name)
		return fmt.Sprintf(`"\u%04X%s"`, r, name[n:])
	}
	return `"` + name + `"`
}

// drawJSON draws any JSON value: blanks, repeated keys, odd bytes, JSON in strings.
func drawJSON(t *rapid.T, depth int) string {
	blank := rapid.SampledFrom([]string{"", "", " ", "\n\t"}).Draw(t, "blank")
	kinds := 3
	if depth > 0 {
		kinds = 7
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return blank + rapid.SampledFrom([]string{"0", "-1.50", "1e999", "12345678901234567890", "true", "false", "null"}).Draw(t, "scalar") + blank
	case 1, 2:
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{`\"`, `\\`, `\/`, `\n`, `\u0000`, `\ud800 `, `\ud83d\ude00`, "{{userId}}", "}", "]", "{", ",", ":",
			"é", "\xff", "\xe2\x82", "text", " "}), 0, 5).Draw(t, "pieces")
		return `"` + strings.Join(pieces, "") + `"`
	case 3:
		inner, _ := json.Marshal(drawJSON(t, depth-1))
		return string(inner)
	case 4:
		return "[" + blank + drawList(t, func() string { return drawJSON(t, depth-1) }) + "]" + blank
	default:
		return drawObject(t, depth-1)
	}
}

func drawObject(t *rapid.T, depth int) string {
	return "{" + drawList(t, func() string { return drawName(t) + " :" + drawJSON(t, depth) }) + "}"
}

func drawList(t *rapid.T, element func() string) string {
	elements := make([]string, rapid.IntRange(0, 4).Draw(t, "length"))
	for i := range elements {
		elements[i] = element()
	}
	return strings.Join(elements, ",")
}

// drawPlaceholder draws a placeholder, filters included, and what it becomes.
func drawPlaceholder(t *rapid.T, event string) (placeholder string, value oracleValue) {
	root := rapid.SampledFrom([]string{"userId", "resource", "eventData", "url", "taskId"}).Draw(t, "root")
	path := append([]string{root}, rapid.SliceOfN(rapid.SampledFrom(names), 0, 3).Draw(t, "path")...)
	placeholder = "{{" + strings.Join(path, ".") + " "
	if root == "url" || root == "taskId" {
		path = append([]string{"resource"}, path...)
	}
	value.raw = oracleLookup(json.RawMessage(event), path)
	for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"text", "default", "limit", "slack", "json"}), 0, 5).Draw(t, "filters") {
		placeholder += "|" + rapid.SampledFrom([]string{"", " "}).Draw(t, "blank") + name
		switch name {
		case "default":
			argument, raw := drawArgument(t)
			placeholder += ":" + argument
			value = value.orElse(raw)
		case "limit":
			n := rapid.IntRange(1, 12).Draw(t, "limit")
			placeholder += fmt.Sprintf(": %d", n)
			value = value.limit(n)
		default:
			value = value.filter(name)
		}
	}
	return placeholder + "}}", value
}

// drawArgument draws an argument of default, in any quotes, and its JSON.
func drawArgument(t *rapid.T) (argument string, raw json.RawMessage) {
	text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{`"`, `\`, "'", "\n", "é", "😀", "<&>", "}}", "{{", "|", "text", " "}), 0, 4).Draw(t, "argument"), "")
	escaped, _ := json.Marshal(text) // with < > & as escapes, which spell the same
	raw = json.RawMessage(oracleValue{text: &text}.json())
	inside := string(escaped[1 : len(escaped)-1])
	switch rapid.IntRange(0, 3).Draw(t, "quotes") {
	case 0:
		return string(escaped), raw
	case 1:
		return "'" + strings.ReplaceAll(inside, "'", `\u0027`) + "'", raw
	case 2:
		twice, _ := json.Marshal(string(escaped))
		return string(twice[1 : len(twice)-1]), raw
	}
	scalar := rapid.SampledFrom([]string{"0", "-1.5e+3", "true", "false"}).Draw(t, "scalar")
	return scalar, json.RawMessage(scalar)
}

// drawTemplate draws a template and what it must give for the event.
func drawTemplate(t *rapid.T, event string, depth int) (source string, want any) {
	kinds := 4
	if depth > 0 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "template") {
	case 0:
		placeholder, value := drawPlaceholder(t, event)
		return placeholder, value.value()
	case 1:
		placeholder, value := drawPlaceholder(t, event)
		return `"` + placeholder + `"`, value.value()
	case 2, 3:
		text, want := drawText(t, event)
		return `" ` + text + `"`, " " + want
	case 4:
		list := []any{}
		source := drawList(t, func() string {
			source, want := drawTemplate(t, event, depth-1)
			list = append(list, want)
			return source
		})
		return "[" + source + "]", list
	default:
		object := map[string]any{}
		source := drawList(t, func() string {
			source, want := drawTemplate(t, event, depth-1)
			key := fmt.Sprintf("key%d", len(object))
			object[key] = want
			return `"` + key + `": ` + source
		})
		return "{" + source + "}", object
	}
}

// drawText draws the content of a string with placeholders, and what it becomes.
func drawText(t *rapid.T, event string) (source, want string) {
	for range rapid.IntRange(0, 4).Draw(t, "parts") {
		if rapid.Bool().Draw(t, "literal") {
			source += `\"a\u007b{`
			want += `"a{{`
			source += " "
			want += " "
			continue
		}
		placeholder, value := drawPlaceholder(t, event)
		source += placeholder
		want += value.spelled()
	}
	return source, want
}

// TestRenderedBodiesAreWhatTheTemplateSays holds every rendered body against what
// encoding/json makes of the same template and event. It follows that bodies are
// valid, and that events never add or move a key.
func TestRenderedBodiesAreWhatTheTemplateSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		event := drawObject(t, 4)
		source, want := drawTemplate(t, event, 3)
		p, err := template.CompilePayload(source)
		if err != nil {
			t.Fatalf("compile %s: %v", source, err)
		}
		body, err := p.Append(nil, template.Event{JSON: []byte(event)}, 1<<20)
		if err != nil {
			t.Fatalf("render %s over %s: %v", source, event, err)
		}
		if diff := cmp.Diff(want, decode(body)); diff != "" {
			t.Fatalf("render %s over %s gives %s: %s", source, event, body, diff)
		}
	})
}

func TestRenderedHeadersAreWhatTheTemplateSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		event := drawObject(t, 4)
		source, want := drawText(t, event)
		h, err := template.CompileHeaders(`{"X-A": "` + source + `"}`)
		if err != nil && strings.Contains(err.Error(), "cannot carry") { // an argument, which may never be sent
			return
		}
		if err != nil {
			t.Fatalf("compile %s: %v", source, err)
		}
		headers, err := h.Render(template.Event{JSON: []byte(event)})
		if carried := !strings.ContainsAny(want, "\n\x00"); carried != (err == nil) {
			t.Fatalf("render %s over %s: %v", source, event, err)
		}
		if err == nil && headers[0].Value != strings.Trim(want, " \t") {
			t.Fatalf("render %s over %s: got %q, want %q", source, event, headers[0].Value, want)
		}
	})
}
