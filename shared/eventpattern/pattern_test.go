package eventpattern

import (
	"errors"
	"strings"
	"testing"
)

// taskFields are the fields of the platform's task events.
var taskFields = []string{"userId", "userName", "createdAt", "eventType", "eventData", "resource", "eventId"}

func compile(tb testing.TB, pattern string, fields ...string) *Pattern {
	tb.Helper()
	p, err := Compile([]byte(pattern), append(fields, "a", "b", "c"), DefaultLimits())
	if err != nil {
		tb.Fatalf("%s: %v", pattern, err)
	}
	return p
}

func TestStringsThatHoldJSONAreReadOn(t *testing.T) {
	for _, c := range []struct {
		name, pattern, event string
		want                 bool
	}{
		{"an object", `{"a":{"b":["3"]}}`, `{"a":"{\"b\":\"3\"}"}`, true},
		{"another value", `{"a":{"b":["3"]}}`, `{"a":"{\"b\":\"4\"}"}`, false},
		{"blanks around it", `{"a":{"b":["3"]}}`, `{"a":" \n{\"b\":\"3\"} "}`, true},
		{"written with escapes", `{"a":{"b":["é"]}}`, `{"a":"\u007b\"b\":\"\\u00e9\"}"}`, true},
		{"an array of objects", `{"a":{"b":[1],"c":[2]}}`, `{"a":"[{\"b\":1},{\"b\":1,\"c\":2}]"}`, true},
		{"array consistency", `{"a":{"b":[1],"c":[2]}}`, `{"a":"[{\"b\":1},{\"c\":2}]"}`, false},
		{"a string in an array", `{"a":{"b":[1]}}`, `{"a":["x","{\"b\":1}"]}`, true},
		{"a string in a string", `{"a":{"b":{"c":[1]}}}`, `{"a":"{\"b\":\"{\\\"c\\\":1}\"}"}`, true},
		{"a string that is a string of JSON", `{"a":{"b":[1]}}`, `{"a":"\"{\\\"b\\\":1}\""}`, false},
		{"not JSON", `{"a":{"b":[1]}}`, `{"a":"{\"b\":1"}`, false},
		{"more behind the JSON", `{"a":{"b":[1]}}`, `{"a":"{\"b\":1}x"}`, false},
		{"the text itself", `{"a":[{"prefix":"{\"b\""}]}`, `{"a":"{\"b\":1}"}`, true},
		{"a field that is absent inside", `{"a":{"c":[{"exists":false}],"b":[1]}}`, `{"a":"{\"b\":1}"}`, true},
		{"a field that is not absent inside", `{"a":{"c":[{"exists":false}],"b":[1]}}`, `{"a":"{\"b\":1,\"c\":0}"}`, false},
		{"absent in a string in an array", `{"a":{"b":[{"exists":false}]}}`, `{"a":["{\"b\":1}",{"c":1}]}`, false},
		{"absent from text", `{"a":{"b":[{"exists":false}]}}`, `{"a":"text"}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := compile(t, c.pattern)
			if got := p.Match([]byte(c.event)); got != c.want {
				t.Errorf("%s over %s = %v", c.pattern, c.event, got)
			}
			if got := p.Explain([]byte(c.event)) == nil; got != c.want {
				t.Errorf("%s over %s: explained as %v", c.pattern, c.event, p.Explain([]byte(c.event)))
			}
		})
	}
}

func TestErrorsSayWhereAndWhat(t *testing.T) {
	for name, c := range map[string]struct{ pattern, want string }{
		"empty text":                  {``, `line 1, column 1: not JSON: unexpected end of JSON input`},
		"not an object":               {`[1]`, `line 1, column 1: a pattern is a JSON object, as in {"eventType": ["ACTOR.RUN.SUCCEEDED"]}`},
		"a comma too many":            {"{\"userId\": [1],\n}", `line 2, column 1: not JSON: invalid character '}' looking for beginning of object key string`},
		"cut off":                     {`{"userId": [1`, `line 1, column 14: not JSON: unexpected end of JSON input`},
		"not UTF-8":                   {"{\"userId\": [\"é\xff\"]}", `line 1, column 15: this byte is not UTF-8`},
		"empty":                       {` {} `, `line 1, column 2: empty: name a field, as in {"eventType": ["ACTOR.RUN.SUCCEEDED"]}`},
		"empty inside":                {`{"resource": {}}`, `line 1, column 14: resource: empty: name a field, as in {"eventType": ["ACTOR.RUN.SUCCEEDED"]}`},
		"unknown field":               {`{"resorce": {"a": [1]}}`, `line 1, column 2: unknown field "resorce": known are userId, userName, createdAt, eventType, eventData, resource, eventId; did you mean "resource"?`},
		"unknown field within $or":    {`{"$or": [{"userId": [1]}, {"detail": [1]}]}`, `line 1, column 28: unknown field "detail": known are userId, userName, createdAt, eventType, eventData, resource, eventId`},
		"unknown operator":            {"{\n  \"resource\": {\"é\": [{\"prefx\": \"a\"}]}}", `line 2, column 23: resource.é: unknown operator "prefx": known are prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr; did you mean "prefix"?`},
		"operator in another case":    {`{"userName": [{"equalsIgnoreCase": "a"}]}`, `line 1, column 16: userName: unknown operator "equalsIgnoreCase": known are prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr; did you mean "equals-ignore-case"?`},
		"not a list":                  {`{"userId": 5}`, `line 1, column 12: userId: what a field may be is a list: write [5]`},
		"an operator without a list":  {`{"userName": {"prefix": "a"}}`, `line 1, column 25: userName.prefix: an operator is an object in the list of its field: write [{"prefix": "a"}]`},
		"an empty list":               {`{"userId": []}`, `line 1, column 12: userId: an empty list allows nothing: name a value, or write [{"exists": true}]`},
		"a list in a list":            {`{"userId": [[5]]}`, `line 1, column 13: userId: a list within a list: name the values themselves`},
		"a field twice":               {`{"userId": [5], "userId": [6]}`, `line 1, column 17: "userId" is here twice`},
		"an empty operation":          {`{"userId": [{}]}`, `line 1, column 13: userId: an empty object allows nothing: name an operator, one of prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr`},
		"two operators in an object":  {`{"userName": [{"prefix": "a", "suffix": "b"}]}`, `line 1, column 31: userName: an object has one operator: write another object for "suffix"`},
		"a prefix that is a number":   {`{"userName": [{"prefix": 5}]}`, `line 1, column 26: userName: prefix needs a string`},
		"prefix of another operator":  {`{"userName": [{"prefix": {"ignore-case": "a"}}]}`, `line 1, column 27: userName: unknown operator "ignore-case": known are equals-ignore-case; did you mean "equals-ignore-case"?`},
		"exists":                      {`{"userName": [{"exists": "true"}]}`, `line 1, column 26: userName: exists needs true or false`},
		"$or of one":                  {`{"$or": [{"userId": [5]}]}`, `line 1, column 9: $or needs two objects at least`},
		"$or of values":               {`{"$or": [5, 6]}`, `line 1, column 10: $or needs objects in its list`},
		"$or of an object":            {`{"$or": {"userId": [5]}}`, `line 1, column 9: $or needs a list of objects, as in [{...}, {...}]`},
		"operator as a field in $or":  {`{"resource": {"$or": [{"prefix": ["a"]}, {"b": [5]}]}}`, `line 1, column 24: resource: "prefix" is an operator: it belongs into the list of a field, as in {"taskId": [{"prefix": ...}]}`},
		"nothing to exclude":          {`{"userId": [{"anything-but": []}]}`, `line 1, column 30: userId: an empty list excludes nothing: name a value`},
		"strings and numbers":         {`{"userId": [{"anything-but": ["a", 5]}]}`, `line 1, column 30: userId: anything-but needs a list of strings or a list of numbers, not both in one`},
		"anything but null":           {`{"userId": [{"anything-but": null}]}`, `line 1, column 30: userId: anything-but needs strings or numbers`},
		"anything but a list":         {`{"userId": [{"anything-but": [["a"]]}]}`, `line 1, column 31: userId: anything-but needs strings or numbers`},
		"anything but an operator":    {`{"userId": [{"anything-but": {"exists": true}}]}`, `line 1, column 31: userId: unknown operator "exists": known are prefix, suffix, equals-ignore-case, wildcard`},
		"anything but every text":     {`{"userName": [{"anything-but": {"suffix": ["a", ""]}}]}`, `line 1, column 49: userName: every text has an empty suffix: nothing would match`},
		"numeric without a list":      {`{"userId": [{"numeric": 5}]}`, `line 1, column 25: userId: numeric needs a list, as in ["=", 5] or [">", 0, "<=", 5]`},
		"an unknown comparison":       {`{"userId": [{"numeric": ["==", 5]}]}`, `line 1, column 26: userId: unknown comparison "==": known are =, <, <=, >, >=`},
		"a number without comparison": {`{"userId": [{"numeric": [5]}]}`, `line 1, column 26: userId: 5 is not a comparison: known are =, <, <=, >, >=`},
		"a comparison with a string":  {`{"userId": [{"numeric": ["=", "5"]}]}`, `line 1, column 31: userId: "5" is not a number`},
		"an upper bound first":        {`{"userId": [{"numeric": ["<", 5, ">", 0]}]}`, `line 1, column 25: userId: numeric needs one comparison and its number, or a lower bound and then an upper one, as in [">", 0, "<=", 5]`},
		"bounds without room":         {`{"userId": [{"numeric": [">", 5, "<", 5]}]}`, `line 1, column 25: userId: no room between the bounds: the lower one must be below the upper one, and both from -5e9 to 5e9`},
		"a number that is too large":  {`{"userId": [{"numeric": ["=", 5000000001]}]}`, `line 1, column 31: userId: numbers are compared from -5e9 to 5e9; to match this one alone, name it in the field's list`},
		"two asterisks in a row":      {`{"userName": [{"wildcard": "a**b"}]}`, `line 1, column 28: userName: two asterisks in a row: one is enough`},
		"a backslash for nothing":     {`{"userName": [{"wildcard": "a\\b"}]}`, `line 1, column 28: userName: a backslash escapes * or \ alone: in "a\\b" the one at byte 2 escapes neither; in JSON each of them is written twice`},
		"a network without a length":  {`{"resource": {"ip": [{"cidr": "10.0.0.1"}]}}`, `line 1, column 31: resource.ip: "10.0.0.1" is not a network: write an address and the length of its prefix, as in "10.0.0.0/8" or "2001:db8::/32"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile([]byte(c.pattern), taskFields, DefaultLimits())
			if err == nil || err.Error() != c.want {
				t.Errorf("%s\n got %v\nwant %s", c.pattern, err, c.want)
			}
			if e, ok := errors.AsType[*Error](err); !ok || e.Offset < 0 || e.Offset+e.Length > len(c.pattern) {
				t.Errorf("%s: %#v is not a place in it", c.pattern, err)
			}
		})
	}
}

func TestLimitsAreKeptAndSaid(t *testing.T) {
	object := func(n int) string { // n alternatives
		return `[` + strings.Repeat(`{"b":[1]},`, n-1) + `{"b":[1]}]`
	}
	list := func(n int) string { return `[` + strings.Repeat(`"x",`, n-1) + `"x"]` }
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + `[1]` + strings.Repeat(`}`, n) }
	limits := Limits{Bytes: 200, Depth: 4, Values: 10, Alternatives: 6, Comparisons: 24, Wildcards: 2, AllWildcards: 5}
	for name, c := range map[string]struct{ within, over, want string }{
		"bytes":        {`{"a":["` + strings.Repeat("x", 190) + `"]}`, `{"a":["` + strings.Repeat("x", 191) + `"]}`, "a pattern has at most 200 bytes, this one has 201"},
		"depth":        {nested(4), nested(5), "a.a.a.a: too deep: at most 4 fields within one another"},
		"values":       {`{"a":` + list(10) + `}`, `{"a":` + list(9) + `,"b":[{"prefix":"y"},true]}`, "b: too many values: a pattern may have 10"},
		"exclusions":   {`{"a":[{"anything-but":` + list(10) + `}]}`, `{"a":[{"anything-but":{"suffix":` + list(11) + `}}]}`, "a: too many values: a pattern may have 10"},
		"numbers":      {`{"a":[{"numeric":[">",1]}]}`, `{"a":[1,2,3,4,5,6,7,8,{"exists":true},{"numeric":[">",1,"<",2]}]}`, "a: too many values: a pattern may have 10"},
		"alternatives": {`{"$or":` + object(6) + `}`, `{"$or":` + object(3) + `,"a":{"$or":` + object(3) + `}}`, "too many alternatives: all $or together may amount to 6"},
		"one $or":      {`{"$or":` + object(2) + `,"a":{"$or":` + object(3) + `}}`, `{"a":{"$or":` + object(7) + `}}`, "a: too many alternatives: all $or together may amount to 6"},
		"comparisons": {`{"a":[1,{"anything-but":[2,3]}],"$or":` + object(6) + `}`, `{"a":{"a":[1,{"anything-but":[2,3,4]}]},"$or":` + object(6) + `}`,
			"too complex: the alternatives of $or have 30 values together, and 24 are allowed"},
		"asterisks": {`{"a":[{"wildcard":"*x*"}]}`, `{"a":[{"wildcard":"*x*y*"}]}`, "a: too complex: a wildcard may have 2 asterisks, this one has 3"},
		"all asterisks": {`{"a":[{"wildcard":"*x*"},{"wildcard":"*\\*"},{"wildcard":"*x*"}]}`, `{"a":[{"anything-but":{"wildcard":["*x*","*y*","*z*"]}}]}`,
			"a: too complex: the wildcards of a pattern may have 5 asterisks together"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Compile([]byte(c.within), []string{"a", "b"}, limits); err != nil {
				t.Errorf("%s: %v", c.within, err)
			}
			if _, err := Compile([]byte(c.over), []string{"a", "b"}, limits); err == nil || !strings.HasSuffix(err.Error(), ": "+c.want) {
				t.Errorf("%s\n got %v\nwant %s", c.over, err, c.want)
			}
		})
	}
}
