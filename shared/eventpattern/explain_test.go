package eventpattern

import (
	"strings"
	"testing"
)

func TestExplainSaysWhatIsNotAsWanted(t *testing.T) {
	const alternatives = `{"$or":[{"a":[1]},{"a":[2]},{"a":[3]},{"a":[4]},{"a":[5]},{"a":[1]}]}`
	for _, c := range []struct{ name, pattern, event, want string }{
		{"a match", `{"a":["x"]}`, `{"a":"x"}`, ``},
		{"another value", `{"a":{"b":["failed","aborted"]}}`, `{"a":{"b":"ok"}}`, `a.b is "ok", and the filter wants "failed" or "aborted"`},
		{"no value", `{"a":{"b":[true]}}`, `{"a":{}}`, `a.b is missing, and the filter wants true`},
		{"no object", `{"a":{"b":{"c":[null]}}}`, `{}`, `a.b.c is missing, and the filter wants null`},
		{"the first of two", `{"a":["x"],"b":["x"]}`, `{"a":"x","b":"y"}`, `b is "y", and the filter wants "x"`},
		{"a value that should be absent", `{"a":[{"exists":false}]}`, `{"a":null}`, `a is null, and the filter wants no value`},
		{"an object that is not a value", `{"a":[{"exists":true}]}`, `{"a":{"b":1}}`, `a is an object, and the filter wants any value`},
		{"an empty list", `{"a":[{"exists":true}]}`, `{"a":[ ]}`, `a is an empty list, and the filter wants any value`},
		{"a list with objects", `{"a":["x"]}`, `{"a":["y",{"secret":"s"},["{\"secret\":\"s\"}",5]]}`, `a is a list of 2 values and 2 objects, and the filter wants "x"`},
		{"a string with JSON", `{"a":["x"]}`, `{"a":"{\"secret\":\"s\"}"}`, `a is a string that holds JSON, and the filter wants "x"`},
		{"a list", `{"a":["x"]}`, `{"a":["y","z"]}`, `a is ["y","z"], and the filter wants "x"`},
		{"text", `{"a":[{"prefix":"x"},{"suffix":{"equals-ignore-case":"y"}},{"wildcard":"*z*"},{"equals-ignore-case":"w"}]}`, `{"a":"q"}`,
			`a is "q", and the filter wants text that begins with "x" or text that ends with "y" in any case or text like "*z*" or "w" in any case`},
		{"numbers", `{"a":[{"numeric":[">",0,"<=",5]},{"numeric":["=",7]}]}`, `{"a":-1}`, `a is -1, and the filter wants a number > 0 and <= 5 or the number 7`},
		{"a number as text", `{"a":[{"numeric":["=",7]}]}`, `{"a":"7"}`, `a is "7", and the filter wants the number 7`},
		{"a number that is too large", `{"a":[{"numeric":[">",0]}]}`, `{"a":6000000000}`,
			`a is 6000000000, which is out of the bounds of numeric, -5e9 and 5e9, and the filter wants a number > 0`},
		{"a number as it is written", `{"a":[300]}`, `{"a":300.0}`, `a is 300.0, and the filter wants 300`},
		{"exclusions", `{"a":[{"anything-but":["x","y"]}]}`, `{"a":"y"}`, `a is "y", and the filter wants anything but "x" or "y"`},
		{"excluded numbers", `{"a":[{"anything-but":5}]}`, `{"a":5.0}`, `a is 5.0, and the filter wants anything but the number 5`},
		{"excluded beginnings", `{"a":[{"anything-but":{"prefix":"x"}}]}`, `{"a":"xy"}`, `a is "xy", and the filter wants anything but text that begins with "x"`},
		{"networks", `{"a":[{"cidr":"10.0.0.1/8"}]}`, `{"a":"11.0.0.1"}`, `a is "11.0.0.1", and the filter wants an address in 10.0.0.0/8`},
		{"alternatives", `{"$or":[{"a":[1]},{"b":[2]}]}`, `{"a":2}`, `a is 2, and the filter wants 1; and b is missing, and the filter wants 2`},
		{"many alternatives", alternatives, `{"a":9}`, `a is 9, and the filter wants 1; and a is 9, and the filter wants 2; and a is 9, and the filter wants 3; and 2 more`},
		{"one object in a list", `{"a":{"b":[1],"c":[2]}}`, `{"a":[{"b":1,"c":3}]}`, `a.c is 3, and the filter wants 2`},
		{"several objects", `{"a":{"b":[1],"c":{"d":["x"]}}}`, `{"a":[{"b":1},{"b":2}]}`, `a is a list of 2 objects, and the filter wants one of its objects with b 1 and c with (d "x")`},
		{"several objects that lack nothing", `{"a":{"b":[{"exists":false}]}}`, `{"a":[{"b":1},{"c":1}]}`, `a is a list of 2 objects, and the filter wants one of its objects with b no value`},
		{"JSON in a string", `{"a":{"b":["4"]}}`, `{"a":"{\"b\":\"3\"}"}`, `a.b is "3", and the filter wants "4"`},
		{"text without JSON", `{"a":{"b":["4"]}}`, `{"a":"{b}"}`, `a.b is missing, and the filter wants "4"`},
		{"objects in a string", `{"a":{"b":["4"]}}`, `{"a":["{\"b\":\"3\"}",{"b":1}]}`, `a is a list of 2 objects, and the filter wants one of its objects with b "4"`},
		{"objects before a string", `{"a":{"b":["4"]}}`, `{"a":[{"b":1},"{\"b\":\"3\"}"]}`, `a is a list of 2 objects, and the filter wants one of its objects with b "4"`},
		{"no event", `{"a":[1]}`, `nonsense`, `a is missing, and the filter wants 1`},
		{"a list of events", `{"a":[1]}`, `[{},{}]`, `the event is a list of 2 objects, and the filter wants one of its objects with a 1`},
		{"long values", `{"a":["` + strings.Repeat("é", 150) + `"]}`, `{"a":"` + strings.Repeat("è", 150) + `"}`,
			`a is "` + strings.Repeat("è", 99) + `..., and the filter wants "` + strings.Repeat("é", 99) + `...`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := compile(t, c.pattern)
			got := p.Explain([]byte(c.event))
			if got.String() != c.want || p.Match([]byte(c.event)) != (got == nil) {
				t.Errorf("%s over %s\n got %s\nwant %s", c.pattern, c.event, got, c.want)
			}
		})
	}
}
