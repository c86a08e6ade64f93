package template_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/thordata/webhook-integration/shared/template"
)

const withoutName = `{"userName": ""}`

// The same argument may be written in each kind of quotes, wherever the placeholder is.
func TestQuotesOfArguments(t *testing.T) {
	for _, c := range []struct{ argument, want string }{
		{`"none"`, "none"}, {`'none'`, "none"}, {`\"none\"`, "none"},
		{`""`, ""}, {`''`, ""}, {`\"\"`, ""},
		{`"it's"`, "it's"}, {`\"it's\"`, "it's"}, {`'say \"a\"'`, `say "a"`}, {`"say \"a\""`, `say "a"`}, {`\"say \\\"a\\\"\"`, `say "a"`},
		{`"a\nb\u00e9"`, "a\nbé"}, {`'a\nb'`, "a\nb"}, {`\"a\nb\"`, "a\nb"}, {`\"a\\nb\\u00e9\"`, "a\nbé"}, {`"a\\b"`, `a\b`}, {`\"a\\\\b\"`, `a\b`},
		{`"\ud83d\ude00"`, "😀"}, {`"\ud83d"`, "\uFFFD"}, {`'a:b, (c) | }} {{'`, "a:b, (c) | }} {{"}, {"'a\tb'", "a\tb"},
	} {
		for _, form := range []string{`{{userName | default: %s}}`, `"{{userName | default: %s}}"`, `"{{userName|default:%s|text}}"`, `"{{ userName  |  default :	%s }}"`} {
			source := fmt.Sprintf(form, c.argument)
			var got string
			if err := json.Unmarshal([]byte(render(t, source, withoutName)), &got); err != nil || got != c.want {
				t.Errorf("%s gives %q, %v; want %q", source, got, err, c.want)
			}
		}
	}
}

func TestWrongArgumentsAreRefusedWithTheirPlace(t *testing.T) {
	const names = "there are text, default, limit, slack, json"
	for _, c := range []struct{ name, source, want string }{
		{"no filter", `"{{userId | }}"`, `line 1, column 11: a filter is missing after this "|": one of text, default, limit, slack, json`},
		{"two bars", `"{{userId || text}}"`, `line 1, column 11: a filter is missing after this "|": one of text, default, limit, slack, json`},
		{"surplus argument", `"{{userId | text: 5}}"`, `line 1, column 13: the filter text takes no argument: write {{apiCode | text}}`},
		{"colon without an argument", `"{{userId | slack:}}"`, `line 1, column 13: the filter slack takes no argument: write {{detail | slack}}`},
		{"missing argument", `"{{userId | default}}"`, `line 1, column 13: the filter default needs a text in quotes, a number, true or false: write {{apiErrorMsg | default: "none"}}`},
		{"missing colon", `"{{userId | default "x"}}"`, `line 1, column 13: the filter default needs a text in quotes, a number, true or false: write {{apiErrorMsg | default: "none"}}`},
		{"call", `"{{userId | default("x")}}"`, `line 1, column 13: the filter default needs a text in quotes, a number, true or false: write {{apiErrorMsg | default: "none"}}`},
		{"two arguments", `"{{userId | default: "x", "y"}}"`, `line 1, column 13: the filter default needs a text in quotes, a number, true or false: write {{apiErrorMsg | default: "none"}}`},
		{"word as an argument", `"{{userId | default: none}}"`, `line 1, column 13: the filter default needs a text in quotes, a number, true or false: write {{apiErrorMsg | default: "none"}}`},
		{"null as an argument", `"{{userId | default: null}}"`, `line 1, column 13: the filter default needs a text in quotes, a number, true or false: write {{apiErrorMsg | default: "none"}}`},
		{"text as a limit", `"{{userId | limit: "5"}}"`, `line 1, column 13: the filter limit needs a number of characters from 1 to 1000000: write {{detail | limit: 1500}}`},
		{"limit of zero", `"{{userId | limit: 0}}"`, `line 1, column 13: the filter limit needs a number of characters from 1 to 1000000: write {{detail | limit: 1500}}`},
		{"negative limit", `"{{userId | limit: -5}}"`, `line 1, column 13: the filter limit needs a number of characters from 1 to 1000000: write {{detail | limit: 1500}}`},
		{"limit with a plus sign", `"{{userId | limit: +5}}"`, `line 1, column 13: the filter limit needs a number of characters from 1 to 1000000: write {{detail | limit: 1500}}`},
		{"limit with a fraction", `"{{userId | limit: 1.5}}"`, `line 1, column 13: the filter limit needs a number of characters from 1 to 1000000: write {{detail | limit: 1500}}`},
		{"huge limit", `"{{userId | limit: 99999999999999999999}}"`, `line 1, column 13: the filter limit needs a number of characters from 1 to 1000000: write {{detail | limit: 1500}}`},
		{"wrong escape in an argument", `"{{userId | default: 'C:\dir'}}"`, `line 1, column 13: the argument holds an escape that JSON does not have: write a backslash as \\`},
		{"escape cut in an argument", `"{{userId | default: '\u12'}}"`, `line 1, column 13: the argument holds an escape that JSON does not have: write a backslash as \\`},
		{"unclosed argument in escaped quotes", `["{{userId | default: \"x}}", 1]`, `line 1, column 23: the argument that begins here is never closed: its second quote is missing`},
		{"unclosed argument in single quotes", `["{{userId | default: 'x}}", 1]`, `line 1, column 23: the argument that begins here is never closed: its second quote is missing`},
		{"quote behind a backslash in escaped quotes", `["{{userId | default: \"x\\", 1]`, `line 1, column 23: the argument that begins here is never closed: its second quote is missing`},
		{"unclosed placeholder behind a filter", `["{{userId | slack", "{{userId}}"]`, `line 1, column 3: this "{{" is never closed: "}}" is missing`},
		{"unclosed placeholder behind a path", `["{{userId", "{{userId | text}}"]`, `line 1, column 3: this "{{" is never closed: "}}" is missing`},
		{"filter in a key", `{"{{userId | text}}": 1}`, `line 1, column 2: a key cannot hold placeholders: write it out`},
		{"quotes before a bar", `"{{'userId' | text}}"`, `line 1, column 2: "'userId'" is not a path: '\'' is not allowed in a name`},
		{"reports every error", `"{{resorce | txt | limit}}"`, `line 1, column 2: unknown variable "resorce"; did you mean "resource"?` + "\n" +
			`line 1, column 14: unknown filter "txt": ` + names + `; did you mean "text"?` + "\n" + `line 1, column 20: the filter limit needs a number of characters: write {{detail | limit: 1500}}`},
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
