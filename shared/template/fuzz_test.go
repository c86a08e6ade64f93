package template_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/template"
)

func FuzzCompilePayload(f *testing.F) {
	f.Add(template.DefaultPayload)
	f.Add(`["{{apiCode | text}}", "{{apiErrorMsg | default: \"none\" | limit: 3}}", {{detail|slack|default:'x'}}, "a {{resource | json}}{{x||"}}"]`)
	f.Fuzz(func(t *testing.T, source string) {
		p, err := template.CompilePayload(source)
		if err != nil {
			checkPlaces(t, source, err)
			checkRefusal(t, source, err)
			return
		}
		checkBody(t, p, sample)
	})
}

// checkRefusal checks that plain JSON is refused for no other reasons than those
// that templates add.
func checkRefusal(t *testing.T, source string, err error) {
	t.Helper()
	if strings.Contains(source, "{{") || !json.Valid([]byte(source)) || !utf8.ValidString(source) {
		return
	}
	for _, f := range faults(t, err) {
		if !strings.Contains(f.Message, "twice") && !strings.Contains(f.Message, "deeper") {
			t.Errorf("JSON %q is refused: %v", source, f)
		}
	}
}

func FuzzCompileHeaders(f *testing.F) {
	f.Add(`{"Authorization": "Bearer {{apiKey}}", "Host": "x", "X-Code": " {{ apiCode | default: 'a\nb' }}\t"}`)
	f.Fuzz(func(t *testing.T, source string) {
		h, err := template.CompileHeaders(source)
		if err != nil {
			checkPlaces(t, source, err)
			return
		}
		checkHeaders(t, h, sample)
	})
}

func FuzzRender(f *testing.F) {
	f.Add(`["{{url.list.0.deep.x}}"," {{resource}}",{{resource.list}}]`, sample)
	f.Add(`["{{resource | json | limit: 7}}"," {{resource.a | limit: 3 | slack}}",{{userName | default: "none" | text}}]`, `{"userName":null,"resource":{"a":"\ud83d\ude00\ud83d<&"}}`)
	f.Fuzz(func(t *testing.T, source, event string) {
		if p, err := template.CompilePayload(source); err == nil {
			checkBody(t, p, event)
		}
		if h, err := template.CompileHeaders(source); err == nil {
			checkHeaders(t, h, event)
		}
		if h, err := template.CompileHeaders(`{"X-A": "{{resource}}{{userName}}{{url.a}}"}`); err == nil {
			checkHeaders(t, h, event)
		}
	})
}

// FuzzFilters holds filters of any text in an event against the oracle.
func FuzzFilters(f *testing.F) {
	f.Add(`\ud83d\ude00\ud83d<&>"`, "none", uint16(3), uint16(120))
	f.Fuzz(func(t *testing.T, content, other string, limit, order uint16) {
		event := `{"userName":"` + content + `"}`
		if !isObject(event) || !strings.HasSuffix(event, `"}`) {
			return
		}
		other = replaceInvalid(other)
		escaped, _ := json.Marshal(other)
		raw := json.RawMessage(oracleValue{text: &other}.json())
		n := int(limit) + 1
		value := oracleValue{raw: oracleLookup(json.RawMessage(event), []string{"userName"})}
		source := "{{userName"
		left := []string{"text", "default", "limit", "slack", "json"}
		for ; len(left) > 0 && order > 0; order /= 5 {
			at := int(order) % len(left)
			name := left[at]
			left = slices.Delete(left, at, at+1)
			source += "|" + name
			switch name {
			case "default":
				source += ":" + string(escaped)
				value = value.orElse(raw)
			case "limit":
				source += ":" + strconv.Itoa(n)
				value = value.limit(n)
			default:
				value = value.filter(name)
			}
		}
		p, err := template.CompilePayload(`[` + source + `}}," ` + source + `}}"]`)
		if err != nil {
			t.Fatalf("compile %s: %v", source, err)
		}
		body, err := p.Append(nil, template.Event{JSON: []byte(event)}, 1<<20)
		if err != nil {
			t.Fatalf("render %s over %q: %v", source, event, err)
		}
		if diff := cmp.Diff([]any{value.value(), " " + value.spelled()}, decode(body)); diff != "" {
			t.Errorf("render %s over %q gives %q: %s", source, event, body, diff)
		}
	})
}

// checkBody checks that the body is JSON if the event is.
func checkBody(t *testing.T, p *template.Payload, event string) {
	t.Helper()
	body, err := p.Append(nil, template.Event{JSON: []byte(event), Time: time.Unix(0, 0)}, 1<<20)
	switch {
	case len(body) > 1<<20:
		t.Errorf("the body has %d bytes", len(body))
	case !isObject(event), errors.Is(err, template.ErrTooLarge):
	case err != nil:
		t.Errorf("render over %q: %v", event, err)
	case !json.Valid(body) || !utf8.Valid(body):
		t.Errorf("render over %q gives invalid JSON: %q", event, body)
	}
}

// checkHeaders checks that what is rendered can be sent.
func checkHeaders(t *testing.T, h *template.Headers, event string) {
	t.Helper()
	headers, err := h.Render(template.Event{JSON: []byte(event), Time: time.Unix(0, 0)})
	_, badValue := errors.AsType[*template.ValueError](err)
	if err != nil && !badValue && !errors.Is(err, template.ErrTooLarge) && isObject(event) {
		t.Errorf("render over %q: %v", event, err)
	}
	for _, header := range headers {
		if strings.ContainsAny(header.Name+header.Value, "\r\n\x00") || template.Reserved(header.Name) {
			t.Errorf("render over %q gives header %q", event, header)
		}
	}
}

func isObject(event string) bool {
	return json.Valid([]byte(event)) && strings.TrimSpace(event)[0] == '{'
}
