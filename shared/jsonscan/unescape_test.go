package jsonscan

import "testing"

func TestAppendEmbeddedTakesObjectsAndArraysOnly(t *testing.T) {
	for content, want := range map[string]string{
		`{\"a\":1}`: `{"a":1}`, `[1, 2]`: `[1, 2]`, ` \n{}`: " \n{}", `\t{}`: "\t{}", `\u007b}`: `{}`, `{\"a\":\"\\u00e9\"}`: `{"a":"\u00e9"}`,
		``: "", `1`: "", `null`: "", `\"a\"`: "", `{`: "", `[1]x`: "", `{}{}`: "", `{a:1}`: "", `\`: "", `\ud800`: "",
	} {
		got, ok := AppendEmbedded([]byte("before"), []byte(content))
		if ok != (want != "") || string(got) != "before"+want {
			t.Errorf("%s: %q, %v; want %q", content, got, ok, want)
		}
	}
}
