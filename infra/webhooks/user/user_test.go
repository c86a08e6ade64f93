package user

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// filled returns a node's file with integrations of two users, one of which was deleted, and dispatches and
// queued messages of each.
func filled(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "node.db")
	store, err := sqlitestore.Open(t.Context(), file, sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := store.Queue(t.Context(), sqlitestore.QueueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	now := time.Now().UTC()
	for n, user := range []string{"anna", "anna", "ben"} {
		in := webhook.Integration{
			ID: ids.New(now.Add(time.Duration(n) * time.Second)), UserID: user, Name: user + "'s", EventTypes: []webhook.EventType{webhook.Failed},
			RequestURL: "https://example.com/" + user, Status: webhook.Active, Version: 1, CreatedAt: noon, ModifiedAt: noon,
			Secrets: webhook.Secrets{Current: []byte("marked-secret")},
		}
		_, err := store.CreateIntegration(t.Context(), in, webhook.CreateOptions{Quota: 10})
		must(err)
		must(store.SaveDispatch(t.Context(), webhook.Dispatch{
			ID: ids.Dispatch(noon, "e", in.ID), IntegrationID: in.ID, UserID: user, EventID: "e", EventType: webhook.Failed, Trigger: webhook.TriggerEvent,
			Status: webhook.DispatchSucceeded, CreatedAt: noon, FinishedAt: noon, Revision: 1, Event: []byte(`{"of":"` + user + `","n":1.50}`),
			Attempts: []webhook.Attempt{{Number: 1, StartedAt: noon, Duration: time.Second, ResponseStatus: 200, IntegrationVersion: 1}},
		}))
		must(queue.Send(t.Context(), []webhook.Message{{Ref: webhook.Ref{UserID: user, IntegrationID: in.ID, DispatchID: "d"}, EventType: webhook.Failed}}))
		if n == 1 {
			must(store.DeleteIntegration(t.Context(), user, in.ID, 1))
		}
	}
	must(store.Close())
	return file
}

func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), args, &out)
	return out.String(), err
}

func TestExportThenErase(t *testing.T) {
	file := filled(t)
	exportOf := func(user string) (integrations, dispatches int, text string) {
		t.Helper()
		text, err := command(t, "export", "-user", user, "-data", file)
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(text) {
			var got line
			if err := json.Unmarshal([]byte(l), &got); err != nil || (got.Integration == nil) == (got.Dispatch == nil) {
				t.Fatalf("line %s: %v", l, err)
			}
			if got.Integration != nil {
				integrations++
			} else {
				dispatches++
			}
		}
		return integrations, dispatches, text
	}
	integrations, dispatches, text := exportOf("anna")
	if integrations != 2 || dispatches != 2 || strings.Contains(text, "ben") || strings.Contains(text, "marked-secret") || !strings.Contains(text, `"event":{"of":"anna","n":1.50}`) {
		t.Errorf("export of %d integrations and %d dispatches:\n%s", integrations, dispatches, text)
	}
	said, err := command(t, "erase", "-user", "anna", "-data", file)
	if err != nil || said != "erased 7 records; nothing is left\n" { // one integration, and of each a version, a dispatch and a message
		t.Errorf("erase: %q, %v", said, err)
	}
	if said, err := command(t, "erase", "-user", "anna", "-data", file); err != nil || said != "erased 0 records; nothing is left\n" {
		t.Errorf("erase again: %q, %v", said, err)
	}
	if integrations, dispatches, _ := exportOf("anna"); integrations+dispatches != 0 {
		t.Errorf("afterwards: %d integrations and %d dispatches", integrations, dispatches)
	}
	if integrations, dispatches, _ := exportOf("ben"); integrations != 1 || dispatches != 1 {
		t.Errorf("of the other user: %d integrations and %d dispatches", integrations, dispatches)
	}
	store, err := sqlitestore.Open(t.Context(), file, sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	queue, err := store.Queue(t.Context(), sqlitestore.QueueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if depth := queue.Depths()[0]; depth.Visible != 1 {
		t.Errorf("%d messages are queued; want the other user's", depth.Visible)
	}
}

func TestInvalidCommandLines(t *testing.T) {
	for args, want := range map[string]string{
		"":                                  `unknown command "": want export or erase`,
		"delete -user a":                    `unknown command "delete"`,
		"erase":                             "-user is required",
		"erase -user a -data x.db -table t": "exclude each other",
	} {
		_, err := command(t, strings.Fields(args)...)
		if _, usage := errors.AsType[*cli.UsageError](err); !usage || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v; want %q", args, err, want)
		}
	}
	if _, err := command(t, "export", "-user", "a", "-data", filepath.Join(t.TempDir(), "none.db")); err == nil || !strings.Contains(err.Error(), "-data") {
		t.Errorf("without a database: %v", err)
	}
}
