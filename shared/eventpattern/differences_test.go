package eventpattern

import "testing"

// differences are where this package and Event Ruler 1.7.0 answer differently, and why.
var differences = []struct {
	why    string
	ruler  string // its answer, or the beginning of it
	answer string // ours, likewise
	pairs  []pair
}{
	{
		`The guide: "For numbers, EventBridge uses string representation. For example, 300, 300.0, and 3.0e2 are not considered equal."`,
		"true", "false",
		[]pair{{`{"a":[300]}`, `{"a":300.0}`}, {`{"a":[300]}`, `{"a":3.0e2}`}, {`{"a":[3.0e2]}`, `{"a":300}`}, {`{"a":[-0]}`, `{"a":0}`}},
	},
	{
		"The guide has lists for anything-but with prefix and suffix, which this version of Event Ruler does not know.",
		"error", "true",
		[]pair{
			{`{"a":[{"anything-but":{"prefix":["x","y"]}}]}`, `{"a":"zx"}`}, {`{"a":[{"anything-but":{"suffix":["x","y"]}}]}`, `{"a":"xz"}`},
			{`{"a":[{"anything-but":{"prefix":["x","y"]}}]}`, `{"a":5}`},
		},
	},
	{
		"The same, where a value is excluded.",
		"error", "false",
		[]pair{
			{`{"a":[{"anything-but":{"prefix":["x","y"]}}]}`, `{"a":"yz"}`}, {`{"a":[{"anything-but":{"suffix":["x","y"]}}]}`, `{"a":"zx"}`},
			{`{"a":[{"anything-but":{"suffix":["x","y"]}}]}`, `{}`},
		},
	},
	{
		"The guide has anything-but with a wildcard, or a list of them, which this version does not know.",
		"error", "true",
		[]pair{
			{`{"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}`, `{"a":"/bin/x"}`}, {`{"a":[{"anything-but":{"wildcard":["*/lib/*","*.o"]}}]}`, `{"a":"lib.a"}`},
			{`{"a":[{"anything-but":{"wildcard":"*"}}]}`, `{"a":5}`}, {`{"a":[{"anything-but":{"wildcard":"x*"}}]}`, `{"a":["x1","y"]}`},
		},
	},
	{
		"The same, where a value is excluded.",
		"error", "false",
		[]pair{
			{`{"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}`, `{"a":"/lib/x"}`}, {`{"a":[{"anything-but":{"wildcard":["*/lib/*","*.o"]}}]}`, `{"a":"lib.o"}`},
			{`{"a":[{"anything-but":{"wildcard":"*"}}]}`, `{"a":""}`}, {`{"a":[{"anything-but":{"wildcard":"x*"}}]}`, `{}`},
		},
	},
	{
		`The guide: field names must appear in the event "with the same nesting structure". Event Ruler joins names with dots.`,
		"true", "false",
		[]pair{{`{"a":{"b":[1]}}`, `{"a.b":1}`}, {`{"a.b":[1]}`, `{"a":{"b":1}}`}},
	},
	{
		`The guide: for strings "exact character-by-character matching without case-folding or any other string normalization". Event Ruler normalizes IP addresses.`,
		"true", "false",
		[]pair{{`{"a":["::1"]}`, `{"a":"0:0:0:0:0:0:0:1"}`}, {`{"a":["2001:DB8::1"]}`, `{"a":"2001:db8::1"}`}},
	},
	{
		"The guide: fields are combined by and, $or included. Event Ruler lets a field within $or replace the same field outside of it.",
		"true", "false",
		[]pair{{`{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}`, `{"a":"y"}`}, {`{"$or":[{"a":["x"]},{"b":["x"]}],"a":["y"]}`, `{"a":"y"}`}},
	},
	{
		"cidr is for IPv4 and IPv6 addresses, and one is not in a network of the other. Event Ruler compares their digits, and those of numbers.",
		"true", "false",
		[]pair{{`{"a":[{"cidr":"::/0"}]}`, `{"a":"10.0.0.1"}`}, {`{"a":[{"cidr":"0.0.0.0/0"}]}`, `{"a":"::1"}`}, {`{"a":[{"cidr":"0.0.0.0/0"}]}`, `{"a":10.1}`}},
	},
	{
		"An address with a leading zero is ambiguous: some read it as octal. It is not an address here.",
		"true", "false",
		[]pair{{`{"a":[{"cidr":"10.0.0.0/8"}]}`, `{"a":"010.0.0.1"}`}},
	},
	{
		"A network of one address is a network: the guide asks for CIDR notation, without an exception.",
		"error", "true",
		[]pair{{`{"a":[{"cidr":"10.0.0.1/32"}]}`, `{"a":"10.0.0.1"}`}, {`{"a":[{"cidr":"::1/128"}]}`, `{"a":"::1"}`}},
	},
	{
		"The guide has no operator exactly: a value is named itself.",
		"true", "error",
		[]pair{{`{"a":[{"exactly":"x"}]}`, `{"a":"x"}`}},
	},
	{
		"A field that is twice in a pattern is a mistake. Event Ruler takes the last.",
		"true", "error",
		[]pair{{`{"a":[1],"a":[2]}`, `{"a":2}`}},
	},
	{
		"If an event has a field twice, the last one counts, as in what templates send. Event Ruler takes any.",
		"true", "false",
		[]pair{{`{"a":[1]}`, `{"a":1,"a":2}`}},
	},
	{
		"Upper and lower case are Unicode's simple folding: a character is equal to a character. Java turns ß into SS.",
		"true", "false",
		[]pair{{`{"a":[{"equals-ignore-case":"ß"}]}`, `{"a":"SS"}`}},
	},
	{
		"The same: the sign for Kelvin is a k, and ǅ is ǆ. Java compares with two of the three forms.",
		"false", "true",
		[]pair{{`{"a":[{"equals-ignore-case":"K"}]}`, `{"a":"\u212a"}`}, {`{"a":[{"equals-ignore-case":"ǆ"}]}`, `{"a":"ǅ"}`}},
	},
	{
		"Whether a field of an object in an array is absent must not depend on the order of names. Event Ruler looks for b before it knows which object has the c.",
		"false", "true",
		[]pair{{`{"a":{"b":[{"exists":false}],"c":[1]}}`, `{"a":[{"b":1},{"c":1}]}`}},
	},
	{
		"One object of $or is enough. Event Ruler loses one if another wants the same of the same field, and more.",
		"false", "true",
		[]pair{
			{`{"$or":[{"a":[{"exists":true}],"d":["z"]},{"a":[{"exists":true}]}],"b":["y"]}`, `{"a":true,"b":"y"}`},
			{`{"$or":[{"a":["x"],"d":["z"]},{"a":["x"]}]}`, `{"a":"x"}`},
		},
	},
	{
		"Neither of the two matches. Event Ruler mixes up wildcards and texts in any case, where characters have more than one byte.",
		"true", "false",
		[]pair{{`{"a":[{"wildcard":"*é"},{"equals-ignore-case":"é"}]}`, `{"a":"xyx"}`}},
	},
}

func TestDifferencesFromEventRuler(t *testing.T) {
	var pairs []pair
	for _, d := range differences {
		pairs = append(pairs, d.pairs...)
	}
	answers := askOracle(t, pairs)
	for _, d := range differences {
		for _, p := range d.pairs {
			ours, rulers := answer(p), answers[0]
			answers = answers[1:]
			if !isAnswer(ours, d.answer) || !isAnswer(rulers, d.ruler) {
				t.Errorf("%s\n%s over %s\n  this package: %s, want %s\n  Event Ruler:  %s, want %s", d.why, p.Pattern, p.Event, ours, d.answer, rulers, d.ruler)
			}
		}
	}
}

// isAnswer compares an answer with "true", "false" or "error".
func isAnswer(answer, want string) bool {
	return answer == want || want == "error" && sameAnswer(answer, "error: ")
}
