package template_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/template"
)

// faults returns the validation errors of a payload template.
func faults(t *testing.T, err error) []template.Fault {
	t.Helper()
	e, ok := errors.AsType[*template.Error](err)
	if !ok {
		t.Fatalf("got %v; want an *Error", err)
	}
	return e.Faults
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"unknown variable", "{\n\n  \"resource\": \"{{resorce}}\"}", `line 3, column 16: unknown variable "resorce"; did you mean "resource"?`},
		{"unknown variable with a path", `"{{user.id}}"`, `line 1, column 2: unknown variable "user"; did you mean "userId"?`},
		{"variable in another case", `"{{TaskID}}"`, `line 1, column 2: unknown variable "TaskID"; did you mean "taskId"?`},
		{"variable with an underscore", `{{task_id}}`, `line 1, column 1: unknown variable "task_id"; did you mean "taskId"?`},
		{"variable unlike any", `"{{frobnicate}}"`, `line 1, column 2: unknown variable "frobnicate"`},
		{"variable half of which is another", `"{{nope}}"`, `line 1, column 2: unknown variable "nope"`},
		{"field of globals by itself", `"{{dateISO}}"`, `line 1, column 2: unknown variable "dateISO"; did you mean "globals.dateISO"?`},
		{"unknown global", `"{{globals.dateUnx}}"`, `line 1, column 2: unknown variable "globals.dateUnx": globals holds dateISO and dateUnix; did you mean "globals.dateUnix"?`},
		{"inside of a global", `"{{globals.dateISO.year}}"`, `line 1, column 2: unknown variable "globals.dateISO.year": globals holds dateISO and dateUnix; did you mean "globals.dateISO"?`},
		{"empty placeholder", `"{{ }}"`, `line 1, column 2: empty placeholder: name a variable, as in {{userId}}`},
		{"unclosed placeholder in a string", `{"a":"{{userId"}`, `line 1, column 7: this "{{" is never closed: "}}" is missing`},
		{"unclosed placeholder at the end", `{{userId}`, `line 1, column 1: this "{{" is never closed: "}}" is missing`},
		{"doubled braces of an object", `{{"a": 1}}`, `line 1, column 1: this "{{" is never closed: "}}" is missing`},
		{"three braces", `"{{{userId}}}"`, `line 1, column 2: "{userId" is not a path: '{' is not allowed in a name`},
		{"brackets in a path", `"{{resource.items[0]}}"`, `line 1, column 2: brackets are not used in paths: write list indexes with dots, as in {{resource.items.0.name}}`},
		{"blank in a path", `"{{user Id}}"`, `line 1, column 2: "user Id" is not a path: names have no blanks inside`},
		{"escape in a path", `"{{user\u0049d}}"`, `line 1, column 2: escapes cannot be used in a path: write the character itself`},
		{"empty part of a path", `"{{resource..x}}"`, `line 1, column 2: the path "resource..x" has an empty part: write one dot between two names`},
		{"dot at the end", `"{{resource.}}"`, `line 1, column 2: the path "resource." has an empty part: write one dot between two names`},
		{"long path", `"{{resource` + strings.Repeat(".a", 32) + `}}"`, `line 1, column 2: a path has at most 32 parts, this one has 33`},
		{"placeholder in a key", `{"a{{userId}}": 1}`, `line 1, column 2: a key cannot hold placeholders: write it out`},
		{"placeholder as a key", `{"a": 1, {{userId}}: 1}`, `line 1, column 10: a key cannot be a placeholder: write it out`},
		{"repeated key", `{"a": 1, "a": 2}`, `line 1, column 11: the key "a" is in this object twice: remove one`},
		{"repeated key in another spelling", `{"a": 1, "\u0061": 2}`, `line 1, column 11: the key "a" is in this object twice: remove one`},
		{"trailing comma in an object", `{"a": 1,}`, `line 1, column 8: there is a comma before the closing '}': remove it`},
		{"trailing comma in an array", `[1, 2, ]`, `line 1, column 6: there is a comma before the closing ']': remove it`},
		{"comma before the first", `[, 1]`, `line 1, column 2: there is nothing before this comma: remove it`},
		{"missing comma", "{\"a\": 1\n\"b\": 2}", `line 2, column 1: a comma is missing before this`},
		{"placeholders side by side", `[{{userId}}{{userName}}]`, `line 1, column 12: two values are next to each other: put a comma between them, or one pair of quotes around both`},
		{"number glued to a placeholder", `{"a": 12{{userId}}}`, `line 1, column 9: two values are next to each other: put a comma between them, or one pair of quotes around both`},
		{"missing colon", `{"a" 1}`, `line 1, column 6: a colon and a value should follow the key`},
		{"missing value", `{"a": }`, `line 1, column 7: a value is missing before '}'`},
		{"missing key", `{: 1}`, `line 1, column 2: a key in double quotes is expected here`},
		{"key without quotes", `{a: 1}`, `line 1, column 2: a key must be in double quotes: write "a"`},
		{"single quotes", `{'a': 'b'}`, "line 1, column 2: strings are written in double quotes, not in single quotes\nline 1, column 7: strings are written in double quotes, not in single quotes"},
		{"typographic quotes", `{"a": “b”}`, `line 1, column 7: strings are written in plain double quotes ("), not in typographic ones`},
		{"text without quotes", `{"a": hello}`, `line 1, column 7: text must be in double quotes: write "hello"`},
		{"Python's True", `[True]`, `line 1, column 2: text must be in double quotes: write "True"; did you mean "true"?`},
		{"number with a leading zero", `[01]`, `line 1, column 2: "01" is not a JSON number`},
		{"number that ends in a dot", `[1.]`, `line 1, column 2: "1." is not a JSON number`},
		{"comment", "{ // my hook\n}", `line 1, column 3: JSON has no comments: remove this one`},
		{"comment before a value", `[/* 1 */ 1]`, `line 1, column 2: JSON has no comments: remove this one`},
		{"missing closing quote", "{\n \"a\": \"b,\n \"c\": 1}", `line 2, column 7: this string does not end on its line: a double quote is missing, or a line break that is written \n`},
		{"tab in a string", "\"a\tb\"", `line 1, column 3: this string contains a control character: write \u0009`},
		{"unknown escape", `"C:\dir"`, `line 1, column 4: JSON has no such escape: write a backslash as \\`},
		{"escape that a placeholder breaks", `"\u00{{userId}}"`, `line 1, column 2: \u must be followed by four hexadecimal digits`},
		{"backslash before a placeholder", `"\{{userId}}"`, `line 1, column 2: JSON has no such escape: write a backslash as \\`},
		{"unclosed brace", `{"a": {"b": 1}`, `line 1, column 1: this '{' is never closed: a '}' is missing`},
		{"unclosed bracket", `[1, 2`, `line 1, column 1: this '[' is never closed: a ']' is missing`},
		{"wrong bracket", `{"a": [1}`, `line 1, column 9: '}' cannot close what '[' opened`},
		{"text behind the end", `{"a": 1} x`, `line 1, column 10: nothing may follow the end of the template's value`},
		{"deep nesting", strings.Repeat("[", 101) + strings.Repeat("]", 101), `line 1, column 101: the template nests deeper than 100 levels`},
		{"invalid UTF-8", "{\"é\": \"\xff\"}", `line 1, column 8: this byte is not UTF-8: save the template as UTF-8`},
		{"byte order mark", "\uFEFF{}", `line 1, column 1: the template begins with a byte order mark (U+FEFF): save it as UTF-8 without one`},
		{"columns count characters", `{"é日本": "{{x}}"}`, `line 1, column 10: unknown variable "x"`},
		{"reports every error", "{\"a\": \"{{x}} {{resorce}}\",\n \"b\": 01,}", "line 1, column 8: unknown variable \"x\"\n" +
			"line 1, column 14: unknown variable \"resorce\"; did you mean \"resource\"?\nline 2, column 7: \"01\" is not a JSON number\nline 2, column 9: there is a comma before the closing '}': remove it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := template.CompilePayload(c.source)
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("%s\ngot  %s\nwant %s", c.source, got, c.want)
			}
			checkPlaces(t, c.source, err)
		})
	}
}

// checkPlaces checks that errors are within the source, in order.
func checkPlaces(t *testing.T, source string, err error) {
	t.Helper()
	last := 0
	for _, f := range faults(t, err) {
		if f.Offset < last || f.Length < 0 || f.Offset+f.Length > len(source) || f.Line < 1 || f.Column < 1 || f.Message == "" {
			t.Errorf("error %+v for %q", f, source)
		}
		last = f.Offset
	}
}

func TestFaultsUnderlineWhatIsWrong(t *testing.T) {
	source := `{"a": "to {{resorce.x}}"}`
	_, err := template.CompilePayload(source)
	f := faults(t, err)[0]
	if got := source[f.Offset : f.Offset+f.Length]; got != "{{resorce.x}}" {
		t.Errorf("underlined: %s", got)
	}
}

func TestFaultsAreAtMostTwenty(t *testing.T) {
	_, err := template.CompilePayload("[" + strings.Repeat(`"{{x}}",`, 4000) + "1]")
	if n := len(faults(t, err)); n != 20 {
		t.Errorf("%d errors", n)
	}
}

func TestBlankPayloadMeansTheDefault(t *testing.T) {
	for _, source := range []string{"", " \n\t"} {
		if got, want := render(t, source, sample), render(t, template.DefaultPayload, sample); got != want {
			t.Errorf("%q: got %s", source, got)
		}
	}
}
