package compiled

import (
	"errors"
	"testing"
)

// The cache keeps the most recently used sources, and no errors.
func TestCacheKeepsTheMostRecentlyUsed(t *testing.T) {
	compiled := map[string]int{}
	c := NewCache(2, func(source string) (string, error) {
		compiled[source]++
		if source == "wrong" {
			return "", errors.New("wrong")
		}
		return "compiled " + source, nil
	})
	for _, source := range []string{"a", "b", "a", "c", "a", "b", "wrong", "wrong"} {
		got, err := c.Get(source)
		if (err != nil) != (source == "wrong") || err == nil && got != "compiled "+source {
			t.Errorf("get(%s) = %q, %v", source, got, err)
		}
	}
	for source, want := range map[string]int{"a": 1, "b": 2, "c": 1, "wrong": 2} {
		if compiled[source] != want {
			t.Errorf("%s was compiled %d times, want %d", source, compiled[source], want)
		}
	}
	if n := len(c.byText); n != 2 || c.recent.Len() != 2 {
		t.Errorf("%d and %d are kept, want 2", n, c.recent.Len())
	}
}
