package functions_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/thordata/webhook-integration/"

// TestImports lists packages that other packages must not import, directly or indirectly.
func TestImports(t *testing.T) {
	for _, tc := range []struct{ of, never, why string }{
		{"functions/api/lambda", "modernc.org/sqlite", "SQLite is for the local node"},
		{"functions/fanout/lambda", "modernc.org/sqlite", "SQLite is for the local node"},
		{"functions/delivery/lambda", "modernc.org/sqlite", "SQLite is for the local node"},
		{"functions/api/lambda", "github.com/prometheus/client_golang/prometheus", "metrics of functions go to CloudWatch"},
		{"functions/fanout/lambda", "github.com/prometheus/client_golang/prometheus", "see above"},
		{"functions/delivery/lambda", "github.com/prometheus/client_golang/prometheus", "see above"},
		{"functions/api/lambda", "github.com/aws/aws-sdk-go-v2/config", "functions are configured by their environment, and it would slow down cold starts"},
		{"functions/fanout/lambda", "github.com/aws/aws-sdk-go-v2/config", "see above"},
		{"functions/delivery/lambda", "github.com/aws/aws-sdk-go-v2/config", "see above"},
		{"functions/fanout/lambda", "github.com/danielgtaylor/huma/v2", "only the API serves HTTP"},
		{"functions/delivery/lambda", "github.com/danielgtaylor/huma/v2", "only the API serves HTTP"},
		{"functions/api", module + "functions/fanout", "functions do not import each other"},
		{"functions/api", module + "functions/delivery", "functions do not import each other"},
		{"functions/fanout", module + "functions/api", "functions do not import each other"},
		{"functions/fanout", module + "functions/delivery", "functions do not import each other"},
		{"functions/delivery", module + "functions/api", "functions do not import each other"},
		{"functions/delivery", module + "functions/fanout", "functions do not import each other"},
		{"functions/api", module + "shared/dynamostore", "adapters are wired by main packages"},
		{"functions/delivery", module + "shared/dynamostore", "adapters are wired by main packages"},
		{"shared/dynamostore", module + "shared/sqsqueue", "adapters do not import each other"},
		{"shared/sqsqueue", module + "shared/dynamostore", "adapters do not import each other"},
	} {
		if slices.Contains(linked(t, tc.of), tc.never) {
			t.Errorf("%s imports %s: %s", tc.of, tc.never, tc.why)
		}
	}
}

// The domain imports only the standard library and the JSON scanner.
func TestDomainImports(t *testing.T) {
	for _, path := range linked(t, "shared/webhook") {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && path != module+"shared/webhook" && path != module+"shared/jsonscan" && !strings.HasPrefix(path, "vendor/") {
			t.Errorf("shared/webhook imports %s", path)
		}
	}
}

// Packages in functions and shared do not import infra, except in tests that need emulators.
func TestInfraIsOnlyImportedByTests(t *testing.T) {
	const format = "{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}\n{{end}}{{range .TestImports}}{{$p}} {{.}} test\n{{end}}{{range .XTestImports}}{{$p}} {{.}} test\n{{end}}"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", format, "./...", "../shared/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	emulators := []string{module + "infra/emulators", module + "infra/stack"} // creates the table and queues of the template
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

// linked returns a package and all packages that it imports, directly or indirectly.
func linked(t *testing.T, path string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", module+path).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", path, err)
	}
	return strings.Fields(string(out))
}
