package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// build compiles a program for linux/goarch and returns its path.
func build(t *testing.T, goarch string, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module x\n", "main.go": "package main\n\nfunc main() { println(1) }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", append(append([]string{"build"}, flags...), "-o", "bootstrap", ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return filepath.Join(dir, "bootstrap")
}

func TestJudge(t *testing.T) {
	if line, err := judge(build(t, "arm64", "-ldflags=-s")); err != nil || !strings.Contains(line, "sha256") {
		t.Errorf("a good binary: %q, %v", line, err)
	}
	_, err := judge(build(t, "amd64"))
	for _, want := range []string{"want arm64", "not stripped"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a bad binary: %v, want %q in it", err, want)
		}
	}
	if _, err := judge(filepath.Join(t.TempDir(), "bootstrap")); err == nil {
		t.Error("a missing binary is accepted")
	}
}
