package template

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// escapedUnits matches one UTF-16 code unit in JSON, or an escape of two characters.
var escapedUnits = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\.`)

// loneEscapes counts the escapes in valid JSON that are half of a surrogate pair.
func loneEscapes(text []byte) (n int) {
	high := -1 // where the last high one ends, or -1
	for _, at := range escapedUnits.FindAllIndex(text, -1) {
		unit := strings.ToLower(string(text[at[0]:at[1]]))
		switch {
		case len(unit) < 6 || unit[2] != 'd' || unit[3] < '8':
		case unit[3] < 'c':
			if high >= 0 {
				n++
			}
			high = at[1]
			continue
		case high == at[0]:
			high = -1
			continue
		default:
			n++
		}
		if high >= 0 {
			n, high = n+1, -1
		}
	}
	if high >= 0 {
		n++
	}
	return n
}

func TestLoneEscapesAreCounted(t *testing.T) {
	for text, want := range map[string]int{
		`"\ud83d\ude00"`: 0, `"\ud83d"`: 1, `"\ude00"`: 1, `"\ud83d\ud83d\ude00"`: 1, `"\\ud83d"`: 0, `"\\\ud83d"`: 1, `"\ud83d \ude00"`: 2,
		`"\ud83d\n"`: 1, `"\u00e9"`: 0,
	} {
		if got := loneEscapes([]byte(text)); got != want {
			t.Errorf("%s has %d, want %d", text, got, want)
		}
	}
}

// If an event contains half of a surrogate pair, the body does not, and it decodes to what
// encoding/json decodes from the event.
func TestNoHalfPairIsSent(t *testing.T) {
	piece := rapid.SampledFrom([]string{`\ud83d`, `\ude00`, `\ud83d\ude00`, `\uD83D`, `\\`, `\\ud83d`, `\n`, `\"`, "a", "é", "🚚", " ", `\u00e9`})
	text := rapid.Custom(func(t *rapid.T) string {
		return `"` + strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "") + `"`
	})
	rapid.Check(t, func(t *rapid.T) {
		name, key, inner := text.Draw(t, "name"), text.Draw(t, "key"), text.Draw(t, "inner")
		embedded, err := json.Marshal(`{"b":` + inner + `}`)
		if err != nil {
			t.Fatal(err)
		}
		event := []byte(`{"userName":` + name + `,"eventData":{` + key + `:[` + inner + `]},"resource":{"a":` + inner + `,"url":` + string(embedded) + `}}`)
		const source = `["{{userName}}","<{{userName}}>","{{eventData}}","<{{eventData}}>","{{resource.a}}","{{resource.url.b}}","<{{resource.url.b}}>"]`
		p, err := CompilePayload(source)
		if err != nil {
			t.Fatal(err)
		}
		body, err := p.Append(nil, Event{JSON: event, Time: time.Unix(0, 0)}, 1<<20)
		if err != nil || !json.Valid(body) || !utf8.Valid(body) {
			t.Fatalf("%s renders as %s, %v", event, body, err)
		}
		if n := loneEscapes(body); n > 0 {
			t.Fatalf("%s renders as %s, with %d halves of pairs", event, body, n)
		}
		var got []any
		var want struct {
			UserName  string
			EventData any
			Resource  struct{ A string }
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(event, &want); err != nil {
			t.Fatal(err)
		}
		for i, w := range []any{want.UserName, "<" + want.UserName + ">", want.EventData, nil, want.Resource.A, want.Resource.A, "<" + want.Resource.A + ">"} {
			a, _ := json.Marshal(got[i])
			b, _ := json.Marshal(w)
			if w != nil && !bytes.Equal(a, b) {
				t.Fatalf("%s renders as %s: value %d is %s, want %s", event, body, i, a, b)
			}
		}
		var inside any // the object that is embedded in a text
		inText := strings.TrimSuffix(strings.TrimPrefix(got[3].(string), "<"), ">")
		if err := json.Unmarshal([]byte(inText), &inside); err != nil || loneEscapes([]byte(inText)) > 0 {
			t.Fatalf("the object in a text is %s, %v", inText, err)
		}
	})
}
