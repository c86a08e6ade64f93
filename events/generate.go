package events

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/thordata/webhook-integration/shared/template"
)

// Generate returns a task event as the platform could send it, with random values: long texts, other
// scripts, control characters and markup, and fields that are null or missing. Its eventType and
// userId are always there, since an event without them is never delivered. It is not larger than the
// bus accepts.
func Generate(r *rand.Rand, eventType string) []byte {
	for {
		if event := generate(r, eventType); len(event) <= maxEvent {
			return event
		}
	}
}

const maxEvent = 256 << 10 // bytes of an entry of PutEvents

func generate(r *rand.Rand, eventType string) []byte {
	event := map[string]any{}
	for _, v := range template.Variables() {
		parent, name := event, v.Path
		if root, rest, nested := strings.Cut(v.Path, "."); nested {
			object, ok := event[root].(map[string]any)
			if !ok {
				continue // the object is missing or null
			}
			parent, name = object, rest
		}
		if n := r.IntN(10); n == 0 {
			parent[name] = nil
		} else if n > 1 {
			parent[name] = value(r, v)
		}
	}
	delete(event, "globals") // come from the system
	event["eventType"] = eventType
	event["userId"] = []any{r.IntN(1_000_000), fmt.Sprint("user-", r.IntN(1000))}[r.IntN(2)]
	if r.IntN(2) == 0 {
		event["eventId"] = fmt.Sprint("event-", r.Uint64())
	}
	text, err := json.Marshal(event)
	if err != nil {
		panic(err) // a map of strings, numbers and maps
	}
	return text
}

func value(r *rand.Rand, v template.Variable) any {
	switch {
	case v.Type == "object":
		return map[string]any{}
	case v.Type == "number" && r.IntN(4) == 0:
		return r.NormFloat64() * 1e9
	case v.Type == "number":
		return r.IntN(1_000_000)
	case v.Path == "resource.url" && r.IntN(2) == 0:
		inner, _ := json.Marshal(map[string]any{"spider_id": text(r), "spider_errors": r.IntN(2) == 0})
		return string(inner)
	}
	return text(r)
}

// text returns a text, often long and often of one character.
func text(r *rand.Rand) string {
	pieces := []string{"a", "é", "漢", "🚚", "👩‍👩‍👧", "&", "<", ">", `"`, `\`, "\n", "\x00", "\x7f", "\u2028", " ", "<!channel>", "@everyone", "{{taskId}}", "https://example.com/?a=b&c=d"}
	size := []int{0, 1, 3, 10, 30, 100}[r.IntN(6)]
	if r.IntN(40) == 0 {
		size = 3000
	}
	if r.IntN(2) == 0 {
		return strings.Repeat(pieces[r.IntN(len(pieces))], size)
	}
	var b strings.Builder
	for range size {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}
