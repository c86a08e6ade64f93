package dead

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// withDeadLetters returns a database file with dead letters to the named integrations.
func withDeadLetters(t *testing.T, integrations ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "node.db")
	store, err := sqlitestore.Open(t.Context(), file, sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	held := clock.Hold(time.Now().Add(-2 * time.Hour)) // all messages are due when the file is opened again
	queue, err := store.Queue(t.Context(), sqlitestore.QueueOptions{Clock: held})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range integrations {
		m := webhook.Message{Ref: webhook.Ref{UserID: "1", IntegrationID: name, DispatchID: "d"}, EventType: webhook.Failed, Event: []byte(`{}`)}
		if err := queue.Send(t.Context(), []webhook.Message{m}); err != nil {
			t.Fatal(err)
		}
	}
	for range 1 + 50 { // receives from deliveries and from retries
		for range integrations {
			m, err := queue.Receive(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := queue.Hide(t.Context(), m, time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		held.Advance(time.Minute)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func do(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	if err := run(t.Context(), args, &out); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return out.String()
}

// lines returns the number of dead letters that list prints.
func lines(t *testing.T, file string) int {
	t.Helper()
	return strings.Count(do(t, "list", "-data", file), "\n") - 1
}

func TestListRequeueDiscard(t *testing.T) {
	file := withDeadLetters(t, "one", "two", "three")
	text := do(t, "-data", file) // list is the default
	if !strings.HasPrefix(text, "ID ") || !strings.Contains(text, "one") || lines(t, file) != 3 {
		t.Fatalf("listed:\n%s", text)
	}
	id := regexp.MustCompile(`(?m)^(\d+) +two`).FindStringSubmatch(text)[1]
	if got := do(t, "requeue", "-data", file, "-id", id); got != "requeued 1\n" {
		t.Errorf("printed %q", got)
	}
	if got := do(t, "list", "-data", file); strings.Contains(got, "two") || lines(t, file) != 2 {
		t.Errorf("after one was requeued:\n%s", got)
	}
	if got := do(t, "discard", "-data", file, "-all"); got != "discarded 2\n" || lines(t, file) != 0 {
		t.Errorf("printed %q, %d are left", got, lines(t, file))
	}
	if got := received(t, file); got != "two" {
		t.Errorf("received a message to %q, want the requeued one to two", got)
	}
}

// received returns the integration of the next message in the queue.
func received(t *testing.T, file string) string {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), file, sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	queue, err := store.Queue(t.Context(), sqlitestore.QueueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := queue.Receive(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	msg, err := webhook.DecodeMessage([]byte(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return msg.IntegrationID
}

func TestInvalidCommandLines(t *testing.T) {
	file := withDeadLetters(t, "one")
	for args, want := range map[string]string{
		"bury":                             `unknown command "bury": want list, requeue or discard`,
		"requeue -data " + file:            "requeue: select one dead letter with -id, or all with -all",
		"discard -id 1 -all":               "discard: select one dead letter",
		"requeue -id 999999 -data " + file: "dead letter 999999 not found",
		"list -data nowhere.db":            "select the node's database with -data",
	} {
		if err := run(t.Context(), strings.Fields(args), new(strings.Builder)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", args, err, want)
		}
	}
	open, err := sqlitestore.Open(context.Background(), file, sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if err := run(t.Context(), []string{"list", "-data", file}, new(strings.Builder)); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("while a node is running: error %v", err)
	}
}
