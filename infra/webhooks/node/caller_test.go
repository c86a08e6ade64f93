package node

import (
	"net/http"
	"testing"
)

func TestCaller(t *testing.T) {
	for _, c := range []struct {
		name  string
		given []string
		want  string
	}{
		{"no header", nil, defaultCaller},
		{"one", []string{"42"}, "42"},
		{"an empty one", []string{""}, ""},
		{"invalid user id", []string{"a b"}, ""},
		{"two headers", []string{"victim", "42"}, ""},
	} {
		id, ok := caller(&http.Request{Header: http.Header{"X-User-Id": c.given}})
		if ok != (c.want != "") || ok && id != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, id, ok, c.want)
		}
	}
}
