package webhook

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// The API reads these lists, so a constant that is missing in its list would be rejected.
func TestListsHoldEveryConstant(t *testing.T) {
	for name, list := range map[string][]string{
		"ErrorCode":         texts(ErrorCodes()),
		"DispatchStatus":    texts(DispatchStatuses()),
		"IntegrationStatus": texts(IntegrationStatuses()),
		"Trigger":           texts(Triggers()),
	} {
		declared := constants(t, name)
		if len(declared) == 0 {
			t.Errorf("no constants of type %s were found", name)
		}
		for _, value := range declared {
			if !slices.Contains(list, value) {
				t.Errorf("the list of all %s lacks %q", name, value)
			}
		}
	}
}

func texts[T ~string](all []T) (list []string) {
	for _, v := range all {
		list = append(list, string(v))
	}
	return list
}

// constants returns the values of the package's constants that are declared with a type.
func constants(t *testing.T, typeName string) (values []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			kind, named := spec.Type.(*ast.Ident)
			literal, text := spec.Values[0].(*ast.BasicLit)
			if named && text && kind.Name == typeName {
				value, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
			return true
		})
	}
	return values
}
