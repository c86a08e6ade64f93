package emulators

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// asParent is an environment variable that makes this test binary start moto, print its URL, and
// wait to be killed.
const asParent = "EMULATORS_TEST_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(asParent) == "" {
		os.Exit(m.Run())
	}
	url, err := Start(context.Background(), Moto())
	fmt.Println(url, err)
	select {}
}

func TestEmulatorStopsWhenParentIsKilled(t *testing.T) {
	demand(t, func() (string, error) { return Start(t.Context(), Moto()) }) // skips if it is not installed
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), asParent+"=true")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutSuffix(strings.TrimSpace(line), " <nil>")
	if err != nil || !ok {
		t.Fatalf("the process printed %q, %v", line, err)
	}
	if !answers(url) {
		t.Fatal("moto does not respond while its parent runs")
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // killed, so the error is expected
	awaitSilence(t, url)
}

func TestNotInstalled(t *testing.T) {
	_, err := Start(t.Context(), Tool{name: "nothing", needs: "no/such/file"})
	if !errors.Is(err, ErrNotInstalled) || err.Error() != "nothing is not installed: run infra/emulators/install" {
		t.Errorf("error = %v", err)
	}
}

func answers(url string) bool {
	resp, err := http.Get(url)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil
}

// awaitSilence waits until the server no longer responds, because a process takes a moment to exit.
func awaitSilence(t *testing.T, url string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); answers(url); {
		if time.Now().After(deadline) {
			t.Fatal("it still responds")
		}
	}
}

func TestEmulatorRunsUntilContextEnds(t *testing.T) {
	for _, tool := range []Tool{DynamoDB(), Moto()} {
		t.Run(tool.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			url := demand(t, func() (string, error) { return Start(ctx, tool) })
			if !answers(url) {
				t.Fatal("it does not respond")
			}
			cancel()
			awaitSilence(t, url)
		})
	}
}

func TestStartErrorHasOutput(t *testing.T) {
	broken := Tool{name: "broken", needs: "go.mod", argv: func(_, _ string) []string { return []string{"sh", "-c", "echo no luck; exit 3"} }}
	_, err := Start(t.Context(), broken)
	if want := "broken exited immediately; output: no luck\n"; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %q", err, want)
	}
}
