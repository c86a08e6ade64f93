package template_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/template"
)

func renderHeaders(t *testing.T, source, event string) ([]template.Header, error) {
	t.Helper()
	h, err := template.CompileHeaders(source)
	if err != nil {
		t.Fatalf("compile %s: %v", source, err)
	}
	return h.Render(template.Event{JSON: []byte(event), Time: time.Unix(1749277994, 0)})
}

func TestHeaderValues(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"text as it is", `Bearer abc`, "Bearer abc"},
		{"nothing", ``, ""},
		{"a whole string becomes text", `{{userId}}`, "3406"},
		{"a string's real text", `<{{resource.path}}>`, `<C:\dir "x" é>`},
		{"null and missing are nothing", `<{{resource.none}}{{resource.no}}>`, "<>"},
		{"words and digits", `{{resource.ok}} {{resource.big}}`, "true 1.50e+2"},
		{"objects are compact JSON", `{{eventData}}`, `{"a b":["x y"]}`},
		{"globals", `{{globals.dateUnix}} {{globals}}`, `1749277994 {"dateISO":"2025-06-07T06:33:14Z","dateUnix":1749277994}`},
		{"escapes of the template", `\u007b\u007buserId}} \"\\`, `{{userId}} "\`},
		{"substituted text is not scanned", `{{resource.braces}}`, "{{userId}}"},
		{"blanks around are cut off", ` {{resource.blank}} `, "x"},
		{"tabs inside are kept", `a\tb`, "a\tb"},
		{"lone surrogates and invalid bytes", `{{resource.bad}}`, "\uFFFDx\uFFFD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := renderHeaders(t, `{"X-A": "`+c.value+`"}`, `{"userId":3406,"eventData":{ "a b" : [ "x y" ] },"resource":{"path":"C:\\dir \"x\" \u00e9",
				"none":null,"ok":true,"big":1.50e+2,"braces":"{{userId}}","blank":" x ","bad":"\udc00x`+"\xff"+`"}}`)
			if diff := cmp.Diff([]template.Header{{Name: "X-A", Value: c.want}}, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestHeaderValuesThatHTTPCannotCarry(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{`a\r\nX-Injected: 1`, `header "X-A": its value holds a carriage return (CR), which a header cannot carry`},
		{`a\nb`, `header "X-A": its value holds a line feed (LF), which a header cannot carry`},
		{`a\u000ab`, `header "X-A": its value holds a line feed (LF), which a header cannot carry`},
		{`a\u0000b`, `header "X-A": its value holds a NUL, which a header cannot carry`},
		{`a\u007f`, `header "X-A": its value holds the control character U+007F, which a header cannot carry`},
		{`a\b`, `header "X-A": its value holds the control character U+0008, which a header cannot carry`},
	} {
		_, err := renderHeaders(t, `{"X-A": "<{{userName}}>"}`, `{"userName":"`+c.value+`"}`)
		if e, ok := errors.AsType[*template.ValueError](err); !ok || e.Name != "X-A" || e.Error() != c.want {
			t.Errorf("%s: got %v", c.value, err)
		}
	}
}

func TestHeadersKeepTheirOrder(t *testing.T) {
	got, err := renderHeaders(t, `{"X-B": "1", "X-A": "{{userId}}", "x-c": "3"}`, `{"userId":2}`)
	want := []template.Header{{Name: "X-B", Value: "1"}, {Name: "X-A", Value: "2"}, {Name: "x-c", Value: "3"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestReservedHeadersAreLeftOut(t *testing.T) {
	source := `{"host": "x", "WEBHOOK-Dispatch-Id": "{{userName}}", "Proxy-Foo": "", "X-A": "1"}`
	h, err := template.CompileHeaders(source)
	if err != nil || h.Len() != 1 {
		t.Fatal(h, err)
	}
	got, err := renderHeaders(t, source, `{"userName":"a\nb"}`)
	if diff := cmp.Diff([]template.Header{{Name: "X-A", Value: "1"}}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestReserved(t *testing.T) {
	reserved := []string{"Host", "Content-Type", "Webhook", "Webhook-Dispatch-Id", "Request-Origin", "Webhook-Id", "Webhook-Timestamp",
		"Webhook-Signature", "Webhook-Attempt", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE",
		"Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "Expect"}
	for name := range slices.Values(reserved) {
		for _, spelling := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			if !template.Reserved(spelling) {
				t.Errorf("%s is not reserved", spelling)
			}
		}
	}
	for _, name := range []string{"Authorization", "User-Agent", "X-Webhook", "Webhooks", "Accept", "Cookie", ""} {
		if template.Reserved(name) {
			t.Errorf("%s is reserved", name)
		}
	}
}

func TestHeadersAreBounded(t *testing.T) {
	event := `{"userName":"` + strings.Repeat(`a`, 40<<10) + `"}`
	if _, err := renderHeaders(t, `{"X-A": "{{userName}}"}`, event); err != nil {
		t.Error(err)
	}
	if _, err := renderHeaders(t, `{"X-A": "{{userName}}", "X-B": "{{userName}}"}`, event); !errors.Is(err, template.ErrTooLarge) {
		t.Errorf("got %v; want ErrTooLarge", err)
	}
}

func TestBlankHeadersTemplate(t *testing.T) {
	for _, source := range []string{"", " \n", "{}"} {
		if got, err := renderHeaders(t, source, sample); len(got) != 0 || err != nil {
			t.Errorf("%q: got %v, %v", source, got, err)
		}
	}
}

func TestHeaderFaults(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"no object", `["a"]`, `line 1, column 1: a headers template is a JSON object, like {"X-Task": "{{taskId}}"}`},
		{"placeholder for all", `{{resource}}`, `line 1, column 1: a headers template is a JSON object, like {"X-Task": "{{taskId}}"}`},
		{"number", `{"X-A": 1}`, `line 1, column 9: a header's value is a string: put it in double quotes`},
		{"object", `{"X-A": {"a": "b"}}`, `line 1, column 9: a header's value is a string: put it in double quotes`},
		{"bare placeholder", `{"X-A": {{userId}}}`, `line 1, column 9: a header's value is a string: put it in double quotes`},
		{"missing value", `{"X-A": }`, `line 1, column 9: a value is missing before '}'`},
		{"blank in a name", `{"X A": ""}`, `line 1, column 3: "X A" cannot be the name of a header: use letters, digits and hyphens`},
		{"colon in a name", `{"X-A:": ""}`, `line 1, column 3: "X-A:" cannot be the name of a header: use letters, digits and hyphens`},
		{"line break in a name", `{"X\nA": ""}`, `line 1, column 3: "X\nA" cannot be the name of a header: use letters, digits and hyphens`},
		{"letters beyond ASCII in a name", `{"Ünï": ""}`, `line 1, column 3: "Ünï" cannot be the name of a header: use letters, digits and hyphens`},
		{"empty name", `{"": ""}`, `line 1, column 3: "" cannot be the name of a header: use letters, digits and hyphens`},
		{"same name twice", `{"X-A": "", "x-a": ""}`, `line 1, column 14: the header "x-a" is set twice; names ignore case: remove one`},
		{"line break in a value", `{"X-A": "a\n{{userId}}"}`, `line 1, column 10: the value holds a line feed (LF), which a header cannot carry: remove it`},
		{"unknown variable", `{"X-A": "{{usrId}}"}`, `line 1, column 10: unknown variable "usrId"; did you mean "userId"?`},
		{"unknown variable in a reserved header", `{"Host": "{{usrId}}"}`, `line 1, column 11: unknown variable "usrId"; did you mean "userId"?`},
		{"placeholder in a name", `{"X-{{userId}}": ""}`, `line 1, column 2: a key cannot hold placeholders: write it out`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := template.CompileHeaders(c.source)
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("%s\ngot  %s\nwant %s", c.source, got, c.want)
			}
			checkPlaces(t, c.source, err)
		})
	}
}
