package clients_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/events"
)

const document = "../../functions/api/openapi.json" // which a test of the API compares with what it serves

func absolute(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// installed returns a file that infra/clients/install makes.
func installed(t *testing.T, name string) string {
	t.Helper()
	path := absolute(t, filepath.Join("../../.cache/clients", name))
	if _, err := os.Stat(absolute(t, "../../.cache/clients/sum")); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("not installed: run infra/clients/install first")
		}
		t.Skip("not installed: infra/clients/install does it")
	}
	return path
}

// copied returns a new directory with the files of one in testdata.
func copied(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// run runs a command in dir and returns its standard output.
func run(t *testing.T, dir, input, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", filepath.Base(name), err, out, stderr.String())
	}
	return string(out)
}

func TestGoClient(t *testing.T) {
	generator, dir := installed(t, "oapi-codegen"), copied(t, "go")
	if err := os.Mkdir(filepath.Join(dir, "client"), 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "", generator, "-config", "config.yaml", absolute(t, document))
	run(t, dir, "", "go", "vet", "./...")
	got := run(t, dir, string(events.TaskSucceeded), "go", "run", ".")
	if want := "ACTOR.RUN.SUCCEEDED 3406 2e9ddee0582a******************** 400\nResults\n"; got != want {
		t.Errorf("it printed %q, want %q", got, want)
	}
}

func TestTypeScriptTypes(t *testing.T) {
	modules, dir := installed(t, "node_modules"), copied(t, "typescript")
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "", "node", filepath.Join(modules, "openapi-typescript/bin/cli.js"), absolute(t, document), "--output", "api.ts")
	run(t, dir, "", "node", filepath.Join(modules, "typescript/bin/tsc"), "--noEmit", "--strict", "--module", "nodenext", "receiver.ts")
}
