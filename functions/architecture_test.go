package functions_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/thordata/webhook-integration/"

// TestImports holds the borders between packages: what a package links directly or indirectly.
func TestImports(t *testing.T) {
	for _, tc := range []struct{ of, never, why string }{
		{"functions/api/lambda", "modernc.org/sqlite", "SQLite is for the local node"},
		{"functions/fanout/lambda", "modernc.org/sqlite", "SQLite is for the local node"},
		{"functions/delivery/lambda", "modernc.org/sqlite", "SQLite is for the local node"},
		{"functions/api/lambda", "github.com/aws/aws-sdk-go-v2/config", "a function has its configuration in its environment, and a cold start to keep short"},
		{"functions/fanout/lambda", "github.com/aws/aws-sdk-go-v2/config", "see above"},
		{"functions/delivery/lambda", "github.com/aws/aws-sdk-go-v2/config", "see above"},
		{"functions/fanout/lambda", "github.com/danielgtaylor/huma/v2", "only the API serves HTTP"},
		{"functions/delivery/lambda", "github.com/danielgtaylor/huma/v2", "only the API serves HTTP"},
		{"functions/api", module + "functions/fanout", "the functions do not import one another"},
		{"functions/api", module + "functions/delivery", "the functions do not import one another"},
		{"functions/fanout", module + "functions/api", "the functions do not import one another"},
		{"functions/fanout", module + "functions/delivery", "the functions do not import one another"},
		{"functions/delivery", module + "functions/api", "the functions do not import one another"},
		{"functions/delivery", module + "functions/fanout", "the functions do not import one another"},
		{"functions/api", module + "shared/dynamostore", "adapters are wired by main packages"},
		{"functions/delivery", module + "shared/dynamostore", "adapters are wired by main packages"},
		{"shared/dynamostore", module + "shared/sqsqueue", "adapters do not know one another"},
		{"shared/sqsqueue", module + "shared/dynamostore", "adapters do not know one another"},
	} {
		if slices.Contains(linked(t, tc.of), tc.never) {
			t.Errorf("%s imports %s: %s", tc.of, tc.never, tc.why)
		}
	}
}

// The JSON scanner is the one package that the domain shares with others.
func TestTheDomainImportsOnlyTheStandardLibrary(t *testing.T) {
	for _, path := range linked(t, "shared/webhook") {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && path != module+"shared/webhook" && path != module+"shared/jsonscan" && !strings.HasPrefix(path, "vendor/") {
			t.Errorf("shared/webhook imports %s", path)
		}
	}
}

// Nothing below functions and shared imports infra, but for tests that need AWS's emulators.
func TestInfraIsImportedByTestsThatNeedEmulatorsOnly(t *testing.T) {
	const format = "{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}\n{{end}}{{range .TestImports}}{{$p}} {{.}} test\n{{end}}{{range .XTestImports}}{{$p}} {{.}} test\n{{end}}"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", format, "./...", "../shared/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	emulators := []string{module + "infra/emulators", module + "infra/stack"} // the table and queues in them are the template's
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || !strings.HasPrefix(fields[1], module+"infra/") {
			continue
		}
		if len(fields) < 3 || !slices.Contains(emulators, fields[1]) {
			t.Errorf("%s imports %s", fields[0], fields[1])
		}
	}
}

// linked lists what a package consists of: itself and all that it imports.
func linked(t *testing.T, path string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", module+path).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", path, err)
	}
	return strings.Fields(string(out))
}
