package sqlitestore

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// oldFile unpacks a database written by an earlier version of the program.
func oldFile(t *testing.T, name string) string {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	plain, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Files of earlier schemas, as released, can still be read and written.
func TestEarlierSchemasAreUpgraded(t *testing.T) {
	for _, c := range []struct {
		file   string
		change func(*webhook.Integration) // what the schema did not store
	}{
		{"schema1.sqlite.gz", func(in *webhook.Integration) { in.RedirectIsSuccess = false }},
		{"schema2.sqlite.gz", func(*webhook.Integration) {}},
		{"schema3.sqlite.gz", func(in *webhook.Integration) {
			in.Health.Breaker = webhook.Breaker{State: webhook.BreakerOpen, Since: oldTime}
		}},
	} {
		t.Run(c.file, func(t *testing.T) {
			path := oldFile(t, c.file)
			for range 2 { // the second time, nothing needs an upgrade
				store := openOld(t, path)
				want := oldIntegration()
				c.change(&want)
				readOld(t, store, want)
				if err := store.Close(); err != nil {
					t.Fatal(err)
				}
			}
			store := openOld(t, path)
			defer store.Close()
			changeOld(t, store)
		})
	}
}

// The contents of the files: an integration with an earlier version, an idempotency key, a dispatch
// and its message.
const oldID, oldDispatch = "01M8D0000000000000000000A1", "01M8D0000000000000000000D1"

var oldTime = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func oldIntegration() webhook.Integration {
	return webhook.Integration{
		ID: oldID, UserID: "3406", Name: "version 2", Description: "two\nlines",
		EventTypes: []webhook.EventType{webhook.Failed, webhook.Succeeded}, RequestURL: "https://example.com/hook?a=%20",
		PayloadTemplate: `{"task": "{{taskId}}"}`, HeadersTemplate: `{"X-Task": "{{taskId}}"}`, Status: webhook.Active,
		DoNotRetry: true, RedirectIsSuccess: true,
		Version: 2, CreatedAt: oldTime, ModifiedAt: oldTime.Add(time.Minute),
		Health:  webhook.Health{FailingSince: oldTime.Add(-time.Hour), Notified: webhook.NoticeFailing},
		Secrets: webhook.Secrets{Current: []byte{0, 1, 2, 255}, Previous: []byte("before"), PreviousUntil: oldTime.Add(24 * time.Hour)},
	}
}

func openOld(t *testing.T, path string) *Store {
	t.Helper()
	store, err := Open(t.Context(), path, Options{Now: func() time.Time { return oldTime }})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func readOld(t *testing.T, store *Store, want webhook.Integration) {
	t.Helper()
	in, err := store.Integration(t.Context(), "3406", oldID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, in); diff != "" {
		t.Error(diff)
	}
	if old, err := store.Version(t.Context(), oldID, 1); err != nil || old.Name != "Ergebnisse → 数据" {
		t.Errorf("version 1 is %+v, %v", old, err)
	}
	d, err := store.Dispatch(t.Context(), oldID, oldDispatch)
	if err != nil || d.Status != webhook.DispatchRetrying || len(d.Attempts) != 1 || d.Attempts[0].ResponseStatus != 503 || string(d.Event) == "" {
		t.Errorf("dispatch %+v, %v", d, err)
	}
	if !d.Accepted.IsZero() || d.Shards != 0 {
		t.Errorf("the dispatch was accepted at %v in %d shards, want zero for unknown values", d.Accepted, d.Shards)
	}
	_, err = store.CreateIntegration(t.Context(), webhook.Integration{ID: "01M8D0000000000000000000A2", UserID: "3406", Version: 1, CreatedAt: oldTime, ModifiedAt: oldTime},
		webhook.CreateOptions{Quota: 10, Key: "k", Fingerprint: "other", KeyUntil: oldTime.Add(time.Hour)})
	if !errors.Is(err, webhook.ErrKeyReused) {
		t.Errorf("the idempotency key was forgotten: %v", err)
	}
	queue, err := store.Queue(t.Context(), QueueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := queue.Receive(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if msg, err := webhook.DecodeMessage([]byte(m.Body)); err != nil || msg.DispatchID != oldDispatch {
		t.Errorf("message %+v, %v", msg, err)
	}
}

// changeOld changes the data of the file and parks the dispatch.
func changeOld(t *testing.T, store *Store) {
	t.Helper()
	in, err := store.Integration(t.Context(), "3406", oldID)
	if err != nil {
		t.Fatal(err)
	}
	next := in.Changed(oldTime)
	next.Name, next.MaxPerMinute = "version 3", 60
	if err := store.UpdateIntegration(t.Context(), next); err != nil {
		t.Errorf("an integration of an upgraded file cannot be changed: %v", err)
	}
	open := next.Health
	open.Breaker = webhook.Breaker{State: webhook.BreakerOpen, Since: oldTime}
	if err := store.SaveHealth(t.Context(), "3406", oldID, next.Health, open); err != nil {
		t.Errorf("its breaker cannot open: %v", err)
	}
	d, err := store.Dispatch(t.Context(), oldID, oldDispatch)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Park(t.Context(), d.Waiting("the endpoint is down")); err != nil {
		t.Errorf("its dispatch cannot be parked: %v", err)
	}
	page, err := store.Waiting(t.Context(), oldID, webhook.WaitingQuery{Limit: 10})
	if err != nil || len(page.Entries) != 1 || page.Entries[0].Ref != d.Ref() {
		t.Errorf("%+v waits, %v", page.Entries, err)
	}
}
