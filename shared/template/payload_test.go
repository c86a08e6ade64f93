package template_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/template"
)

// render compiles and renders, and checks that the body is JSON.
func render(t *testing.T, source, event string) string {
	t.Helper()
	p, err := template.CompilePayload(source)
	if err != nil {
		t.Fatalf("compile %s: %v", source, err)
	}
	ev := template.Event{JSON: []byte(event), Time: time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC)}
	body, err := p.Append(nil, ev, 1<<20)
	if err != nil {
		t.Fatalf("render %s: %v", source, err)
	}
	if !json.Valid(body) {
		t.Fatalf("render %s over %q gives invalid JSON: %q", source, event, body)
	}
	return string(body)
}

func TestDefaultPayloadGivesThePagesExample(t *testing.T) {
	event := pageEvent(t)
	var got, want map[string]any
	if err := json.Unmarshal([]byte(render(t, "", string(event.JSON))), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(event.JSON, &want); err != nil {
		t.Fatal(err)
	}
	delete(want, "userName") // the page's template does not use it
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

const sample = `{
  "userId": 3406, "userName": "Thor", "createdAt": "2025-06-07T06:33:14Z", "eventType": "ACTOR.RUN.SUCCEEDED",
  "eventData": {"prodect_id": "3", "apiRunId": "run-1"},
  "resource": {"taskId": "task-1", "createdAt": "2025-06-07T14:33:14+08:00",
    "big": 1.50e+2, "ok": true, "none": null, "quote": "say \"hi\"\n\\", "list": [ 1, "b" , {"c": [10, 20]} ],
    "url": "{\"spider_id\":\"7\",\"list\":[{\"deep\":\"{\\\"x\\\":1.0}\"}],\"e\":\"\u00e9\"}",
    "broken": "{\"a\":1", "braces": "{{userId}}", "10": "ten", "empty": {}, "deep": [ "say \"hi\"\n  " ]}
}`

func TestRules(t *testing.T) {
	for _, c := range []struct{ name, template, want string }{
		{"each root", `["{{userId}}","{{userName}}","{{createdAt}}","{{eventType}}","{{eventData}}"]`,
			`[3406,"Thor","2025-06-07T06:33:14Z","ACTOR.RUN.SUCCEEDED",{"prodect_id": "3", "apiRunId": "run-1"}]`},
		{"globals show the event's time", `["{{globals.dateISO}}",{{globals.dateUnix}},"{{globals}}"]`,
			`["2025-06-07T06:33:14Z",1749277994,{"dateISO":"2025-06-07T06:33:14Z","dateUnix":1749277994}]`},
		{"dots reach inside", `"{{resource.taskId}}"`, `"task-1"`},
		{"numbers index arrays", `["{{resource.list.0}}","{{resource.list.2.c.1}}","{{resource.list.9}}","{{resource.list.01}}"]`, `[1,20,null,null]`},
		{"numbers are keys of objects", `"{{resource.10}}"`, `"ten"`},
		{"short names", `["{{taskId}}","{{apiRunId}}","{{prodect_id}}","{{url.spider_id}}"]`, `["task-1","run-1","3","7"]`},
		{"createdAt is the event's", `["{{createdAt}}","{{resource.createdAt}}"]`, `["2025-06-07T06:33:14Z","2025-06-07T14:33:14+08:00"]`},
		{"paths read inside strings that hold JSON", `["{{resource.url.spider_id}}","{{resource.url.list.0.deep.x}}","{{resource.url.e}}"]`, `["7",1.0,"é"]`},
		{"strings that hold no JSON have no inside", `["{{resource.broken.a}}","{{resource.taskId.a}}"]`, `[null,null]`},
		{"a whole string becomes the value", `{"a":"{{userId}}","b":"{{resource.ok}}","c":"{{resource.empty}}"}`, `{"a":3406,"b":true,"c":{}}`},
		{"a bare placeholder becomes the value", `{"a":{{userId}},"b":{"c":{{resource.empty}}}}`, `{"a":3406,"b":{"c":{}}}`},
		{"digits stay unchanged", `"{{resource.big}}"`, `1.50e+2`},
		{"missing becomes null", `["{{resource.no}}",{{eventData.no.no}},"{{resource.none}}","{{resource.big.x}}"]`, `[null,null,null,null]`},
		{"blanks inside the braces", "[\"{{ userId }}\",{{\tuserId }}]", `[3406,3406]`},
		{"text of a string", `"<{{taskId}}>"`, `"<task-1>"`},
		{"text is escaped", `"<{{resource.quote}}>"`, `"<say \"hi\"\n\\>"`},
		{"text of numbers and words", `"{{resource.big}} {{resource.ok}} {{userId}}"`, `"1.50e+2 true 3406"`},
		{"text of nothing", `"<{{resource.none}}{{resource.no}}>"`, `"<>"`},
		{"text of objects and arrays is compact JSON", `"<{{resource.list}}>"`, `"<[1,\"b\",{\"c\":[10,20]}]>"`},
		{"strings in the text of an array are escaped twice", `"<{{resource.deep}}>"`, `"<[\"say \\\"hi\\\"\\n  \"]>"`},
		{"substituted text is not scanned", `["{{resource.braces}}","<{{resource.braces}}>"]`, `["{{userId}}","<{{userId}}>"]`},
		{"a literal brace pair is escaped", `["\u007b\u007buserId}}","{\u007buserId}}","{ {userId}}"]`, `["\u007b\u007buserId}}","{\u007buserId}}","{ {userId}}"]`},
		{"two placeholders in a string are text", `"{{userId}}{{userId}}"`, `"34063406"`},
		{"a space next to a placeholder makes text", `" {{userId}}"`, `" 3406"`},
		{"any JSON value is a template", `"{{userId}}"`, `3406`},
		{"no placeholder at all", `{"a":[1,2,{}],"b":""}`, `{"a":[1,2,{}],"b":""}`},
		{"blanks stay as written", "{\n  \"a\" : 1\n}\n", "{\n  \"a\" : 1\n}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := render(t, c.template, sample); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestHostileEvents(t *testing.T) {
	deep := strings.Repeat(`[`, 10_000) + strings.Repeat(`]`, 10_000)
	number := strings.Repeat("9", 10<<20)
	for _, c := range []struct{ name, template, event, want string }{
		{"invalid UTF-8 is replaced", `["{{userName}}","<{{userName}}>","{{resource}}"]`, "{\"userName\":\"a\xffb\",\"resource\":{\"\xc0\":1}}",
			"[\"a\uFFFDb\",\"<a\uFFFDb>\",{\"\uFFFD\":1}]"},
		{"lone surrogates", `["{{userName}}","<{{userName}}>"]`, `{"userName":"\ud800x"}`, `["\ufffdx","<\ufffdx>"]`},
		{"lone surrogates, low and at the end", `"{{userName}}"`, `{"userName":"\udc00 \uD83D"}`, `"\ufffd \ufffd"`},
		{"lone surrogates in an object", `["{{eventData}}","<{{eventData}}>"]`, `{"eventData":{"a \ud83d":["\ude00"]}}`, `[{"a \ufffd":["\ufffd"]},"<{\"a \\ufffd\":[\"\\ufffd\"]}>"]`},
		{"lone surrogates in JSON within a string", `["{{resource.url.a}}","<{{resource.url.a}}>"]`, `{"resource":{"url":"{\"a\":\"x\\ud83d\"}"}}`, `["x\ufffd","<x\ufffd>"]`},
		{"two high ones", `"{{userName}}"`, `{"userName":"\ud83d\ud83d\ude00"}`, `"\ufffd\ud83d\ude00"`},
		{"pairs stay", `["{{userName}}","<{{userName}}>"]`, `{"userName":"\ud83d\ude00"}`, `["\ud83d\ude00","<\ud83d\ude00>"]`},
		{"an escaped backslash stays", `["{{userName}}","<{{userName}}>"]`, `{"userName":"\\ud83d"}`, `["\\ud83d","<\\ud83d>"]`},
		{"an escaped backslash and a lone one", `"{{userName}}"`, `{"userName":"\\\ud83d"}`, `"\\\ufffd"`},
		{"the last of repeated keys counts", `"{{userId}}"`, `{"userId":1,"userId":2}`, `2`},
		{"the last of repeated objects counts whole", `["{{resource.a}}","{{resource.b}}"]`, `{"resource":{"a":1,"b":1},"resource":{"b":2}}`, `[null,2]`},
		{"keys may be spelled with escapes", `["{{userId}}","{{resource.taskId}}"]`, `{"\u0075serId":1,"resource":{"t\u0061skId":2}}`, `[1,2]`},
		{"a key that only looks alike is another", `"{{userId}}"`, `{"userid":1,"\\u0075serId":2}`, `null`},
		{"NULs stay escaped", `"<{{userName}}>"`, `{"userName":"\u0000"}`, `"<\u0000>"`},
		{"quotes cannot break out", `{"a":"<{{userName}}>"}`, `{"userName":"\",\"b\":\"x"}`, `{"a":"<\",\"b\":\"x>"}`},
		{"deep nesting as a value", `"{{eventData}}"`, `{"eventData":` + deep + `}`, deep},
		{"deep nesting next to the path", `"{{userId}}"`, `{"eventData":` + deep + `,"userId":1}`, `1`},
		{"deep nesting in a string", `"{{eventData.a}}"`, `{"eventData":"` + deep + `[` + deep + `]"}`, `null`},
		{"a huge number next to the path", `"{{userId}}"`, `{"eventData":` + number + `,"userId":1}`, `1`},
		{"globals of an event are not ours", `"{{globals.dateUnix}}"`, `{"globals":{"dateUnix":1}}`, `1749277994`},
		{"an empty key", `"{{userId}}"`, `{"":{"":1},"userId":2}`, `2`},
		{"braces and quotes in strings", `"{{userId}}"`, `{"eventData":{"a":"}\\","b":"\\\"}]"},"userId":2}`, `2`},
		{"blanks everywhere", `["{{userId}}","{{resource.a.1}}"]`, "\n{ \"resource\" : {\t\"a\" : [ 1 ,\r\n2 ] } , \"userId\" : 2 } ", `[2,2]`},
		{"empty event", `"{{userId}}"`, `{}`, `null`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := render(t, c.template, c.event); got != c.want {
				t.Errorf("got  %.200q\nwant %.200q", got, c.want)
			}
		})
	}
}

func TestEventsThatAreNoObject(t *testing.T) {
	p, err := template.CompilePayload(`["{{userId}}","{{resource.a.0}}"]`)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{"", " ", "[]", "1", `"x"`, "null", "{", `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a" 1}`, `{"userId":}`,
		`{"userId":1}}`, `{} x`, `{"resource":{"a":[`, `{"resource":{"a":[1`, `{"resource":{"a":[1 2]}}`, `{"resource":{"a":["x\"]}}`, `{"a":[}`} {
		dst, err := p.Append([]byte("kept"), template.Event{JSON: []byte(event)}, 100)
		if !errors.Is(err, template.ErrEvent) || string(dst) != "kept" {
			t.Errorf("%q: got %q, %v; want ErrEvent", event, dst, err)
		}
	}
}

func TestAppendKeepsToItsLimit(t *testing.T) {
	p, err := template.CompilePayload(`{"a":"{{userName}}","b":"<{{resource}}>"}`)
	if err != nil {
		t.Fatal(err)
	}
	event := template.Event{JSON: []byte(`{"userName":"abc","resource":{"k":["\"",1]}}`)}
	want := `{"a":"abc","b":"<{\"k\":[\"\\\"\",1]}>"}`
	for limit := range len(want) + 2 {
		got, err := p.Append([]byte("pre"), event, limit)
		switch {
		case limit < len(want) && (!errors.Is(err, template.ErrTooLarge) || string(got) != "pre"):
			t.Errorf("limit %d: got %q, %v; want ErrTooLarge", limit, got, err)
		case limit >= len(want) && (err != nil || string(got) != "pre"+want):
			t.Errorf("limit %d: got %q, %v", limit, got, err)
		}
	}
}

func TestAppendDoesNotBuildWhatExceedsTheLimit(t *testing.T) {
	for _, element := range []string{`"{{resource}}"`, `"<{{resource}}>"`, `"<{{resource.s}}>"`} {
		p, err := template.CompilePayload("[" + strings.Repeat(element+",", 2000) + "1]")
		if err != nil {
			t.Fatal(err)
		}
		event := template.Event{JSON: []byte(`{"resource":{"s":"` + strings.Repeat(`\n`, 500_000) + `"}}`)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = p.Append(nil, event, 1<<20)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, template.ErrTooLarge) {
			t.Errorf("%s: got %v; want ErrTooLarge", element, err)
		}
		if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 4<<20 {
			t.Errorf("%s: %d bytes allocated; want at most 4 MiB", element, bytes)
		}
	}
}

func TestRenderingAllocatesAtMostTwice(t *testing.T) {
	p, err := template.CompilePayload("")
	if err != nil {
		t.Fatal(err)
	}
	event := pageEvent(t)
	if n := testing.AllocsPerRun(100, func() { _, _ = p.Append(nil, event, 1<<20) }); n > 2 {
		t.Errorf("%v allocations for a new body; want at most 2", n)
	}
	body := make([]byte, 0, 4<<10)
	if n := testing.AllocsPerRun(100, func() { _, _ = p.Append(body, event, 1<<20) }); n > 0 {
		t.Errorf("%v allocations in a reused body; want none", n)
	}
}

func TestTemplatesAreSafeForConcurrentUse(t *testing.T) {
	p, err := template.CompilePayload(`["{{userId}}","{{url.a}}","<{{userName}}>"]`)
	if err != nil {
		t.Fatal(err)
	}
	h, err := template.CompileHeaders(`{"X-A": "{{userId}}"}`)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for id := range 8 {
		all.Go(func() {
			event := template.Event{JSON: fmt.Appendf(nil, `{"userId":%d,"resource":{"url":"{\"a\":%d}"},"userName":"%d"}`, id, id, id)}
			want := fmt.Sprintf(`[%d,%d,"<%d>"]`, id, id, id)
			for range 200 {
				body, err := p.Append(nil, event, 1<<10)
				headers, err2 := h.Render(event)
				if err != nil || err2 != nil || string(body) != want || headers[0].Value != fmt.Sprint(id) {
					t.Errorf("got %s %v, %v, %v; want %s", body, headers, err, err2, want)
				}
			}
		})
	}
	all.Wait()
}
