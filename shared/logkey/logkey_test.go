package logkey

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// A constant that is missing in the list would make the tests of other packages reject its lines.
func TestEveryConstantIsKnown(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "logkey.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if value, ok := spec.Values[0].(*ast.BasicLit); ok && value.Kind == token.STRING {
			found++
			if key, _ := strconv.Unquote(value.Value); !Known(key) {
				t.Errorf("%s is missing in the list of known keys", spec.Names[0].Name)
			}
		}
		return true
	})
	if want := len(all) - len([]string{"time", "level", "msg"}); found != want {
		t.Errorf("%d constants, but %d listed keys", found, want)
	}
}
