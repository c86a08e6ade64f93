package sqlitestore

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const victimEnv = "SQLITESTORE_VICTIM"

// TestKillLosesNothing kills a process with SIGKILL while it sends messages and saves dispatches.
// Everything that it reported as written must be in the file.
func TestKillLosesNothing(t *testing.T) {
	if path := os.Getenv(victimEnv); path != "" {
		victim(path)
		return
	}
	path := filepath.Join(t.TempDir(), "store.db")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillLosesNothing$")
	cmd.Env = append(os.Environ(), victimEnv+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		written[lines.Text()] = true
		if len(written) == 300 {
			_ = cmd.Process.Kill() // then read the rest of its output
		}
	}
	_ = cmd.Wait()
	if len(written) < 300 {
		t.Fatalf("the victim wrote only %d messages", len(written))
	}

	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	q, err := s.Queue(t.Context(), QueueOptions{Slots: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for id := range written {
		if _, err := s.Dispatch(t.Context(), id, id); err != nil {
			t.Errorf("dispatch %s: %v", id, err)
		}
	}
	for range q.Depths()[0].Visible {
		m, err := q.Receive(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		delete(written, dispatchOf(t, m))
	}
	for id := range written {
		t.Errorf("message %s was lost", id)
	}
}

// victim writes until it is killed, and prints what has been written.
func victim(path string) {
	ctx := context.Background()
	s, err := Open(ctx, path, Options{})
	if err != nil {
		panic(err)
	}
	q, err := s.Queue(ctx, QueueOptions{})
	if err != nil {
		panic(err)
	}
	for g := range 8 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d", g, i)
				m := webhook.Message{Ref: webhook.Ref{UserID: "u", IntegrationID: id, DispatchID: id}, Event: []byte(`{}`)}
				if err := q.Send(ctx, []webhook.Message{m}); err != nil {
					panic(err)
				}
				d := m.Dispatch()
				d.Revision = 1
				if err := s.SaveDispatch(ctx, d); err != nil {
					panic(err)
				}
				fmt.Println(id)
			}
		}()
	}
	select {}
}
