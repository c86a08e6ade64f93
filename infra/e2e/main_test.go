package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/thordata/webhook-integration/infra/e2e/internal/lambdaruntime"
	"github.com/thordata/webhook-integration/infra/e2e/internal/netns"
	"github.com/thordata/webhook-integration/infra/emulators"
)

const (
	module = "github.com/thordata/webhook-integration"
	root   = "../.." // of the module

	bootstrapsVariable = "E2E_BOOTSTRAPS" // the directory of the binaries, for the process in the namespace
)

// absent is why the tests cannot run on this machine, if so.
var absent error

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run builds the functions outside of the namespace, where modules can be downloaded, and runs the
// tests in it.
func run(m *testing.M) int {
	if netns.Here() {
		if err := netns.Raise(); err != nil {
			return fault(err)
		}
		return m.Run()
	}
	if absent = errors.Join(emulators.DynamoDB().Installed(), emulators.Moto().Installed()); absent != nil {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "e2e-")
	if err != nil {
		return fault(err)
	}
	defer os.RemoveAll(dir)
	if err := build(context.Background(), dir); err != nil {
		return fault(err)
	}
	if err := os.Setenv(bootstrapsVariable, dir); err != nil {
		return fault(err)
	}
	code, err := netns.Run()
	if errors.Is(err, netns.ErrUnavailable) {
		absent = err
		return m.Run()
	}
	if err != nil {
		return fault(err)
	}
	return code
}

func fault(err error) int {
	fmt.Fprintln(os.Stderr, "e2e:", err)
	return 1
}

func build(ctx context.Context, dir string) error {
	for _, name := range []string{"api", "fanout", "delivery"} {
		if _, err := lambdaruntime.Build(ctx, dir, name, module+"/functions/"+name+"/lambda"); err != nil {
			return err
		}
	}
	return nil
}

// demand skips the test where it cannot run, or fails it if CI is true.
func demand(t *testing.T) {
	t.Helper()
	switch {
	case absent == nil:
		watchSources(t)
	case os.Getenv("CI") == "true":
		t.Fatal(absent)
	default:
		t.Skip(absent)
	}
}

// watchSources reads the files that the functions are built from, so that go test does not return
// cached results when they change.
func watchSources(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"functions", "shared"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ os.DirEntry, err error) error {
			if err == nil && filepath.Ext(path) != ".md" {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}
