package logkey

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// logged are the directories whose log lines operators read.
var logged = []string{"../../functions", "../../infra/webhooks", "../../shared"}

// Tests do not cover every log line, so this checks the source code: each key must be a constant of
// this package.
func TestSourceLogsOnlyListedKeys(t *testing.T) {
	keys := 0
	for _, dir := range logged {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, key := range keysIn(file) {
				if keys++; !isListed(key) {
					t.Errorf("%s: the log key is not a constant of shared/logkey", files.Position(key.Pos()))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if keys < 50 {
		t.Errorf("found only %d keys", keys)
	}
}

func TestKeysInSource(t *testing.T) {
	for code, want := range map[string]int{
		`log.Info("m", "a", 1)`:                               1,
		`h.cfg.Log.ErrorContext(ctx, "m", "a", 1, logkey.B)`:  1,
		`slog.String("a", "b")`:                               1,
		`log.Info("m", slog.Int("a", 1), logkey.Error, "b")`:  1,
		`log.Info("m", append(line, "a", 1)...)`:              1,
		`log.Info("m", append(line, logkey.Error, err)...)`:   0,
		`log.Info("m", append([]any{"a", 1}, more...)...)`:    1,
		`h.Log.LogAttrs(ctx, level, "m", slog.Any("a", nil))`: 1,
		`log.With("a", 1)`:                                    1,
		`log.Info("m", line...)`:                              0,
		`fmt.Println("m", "a", 1)`:                            0,
	} {
		expr, err := parser.ParseExpr(code)
		if err != nil {
			t.Fatal(err)
		}
		unlisted := slices.DeleteFunc(keysIn(expr), isListed)
		if len(unlisted) != want {
			t.Errorf("%s: %d unlisted keys, want %d", code, len(unlisted), want)
		}
	}
}

// keysIn returns the keys in all calls of loggers and of slog's attribute functions.
func keysIn(root ast.Node) (keys []ast.Expr) {
	ast.Inspect(root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if fn, ok := call.Fun.(*ast.SelectorExpr); ok {
			keys = append(keys, keysOfCall(fn, call.Args)...)
		}
		return true
	})
	return keys
}

func keysOfCall(fn *ast.SelectorExpr, args []ast.Expr) []ast.Expr {
	on, method := lastName(fn.X), fn.Sel.Name
	switch {
	case on == "slog" && slices.Contains([]string{"String", "Int", "Int64", "Bool", "Float64", "Time", "Duration", "Any", "Group"}, method):
		return args[:1]
	case on != "slog" && !strings.EqualFold(on, "log"):
		return nil
	case method == "With":
		return keysOfPairs(args)
	case slices.Contains([]string{"Debug", "Info", "Warn", "Error"}, method):
		return keysOfPairs(args[1:])
	case slices.Contains([]string{"DebugContext", "InfoContext", "WarnContext", "ErrorContext"}, method):
		return keysOfPairs(args[2:])
	}
	return nil
}

// keysOfPairs returns the keys of alternating keys and values. An attribute replaces a pair; append
// and []any are searched.
func keysOfPairs(args []ast.Expr) (keys []ast.Expr) {
	for i := 0; i < len(args); i++ {
		switch arg := args[i].(type) {
		case *ast.CallExpr:
			if fn, ok := arg.Fun.(*ast.Ident); ok && fn.Name == "append" {
				keys = append(keys, keysOfPairs(arg.Args)...)
			}
		case *ast.CompositeLit:
			keys = append(keys, keysOfPairs(arg.Elts)...)
		case *ast.Ident: // a slice of pairs
		default:
			keys = append(keys, arg)
			i++
		}
	}
	return keys
}

func isListed(key ast.Expr) bool {
	s, ok := key.(*ast.SelectorExpr)
	return ok && lastName(s.X) == "logkey"
}

// lastName returns "c" of a.b.c, or "".
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
