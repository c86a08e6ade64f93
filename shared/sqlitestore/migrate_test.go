package sqlitestore

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// oldFile unpacks a database that an earlier version of the program wrote.
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

// A file of schema 1, as released, is read as it was written, and goes on.
func TestAFileOfSchema1IsUpgraded(t *testing.T) {
	const id, dispatch = "01M8D0000000000000000000A1", "01M8D0000000000000000000D1"
	at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	path := oldFile(t, "schema1.sqlite.gz")
	for range 2 { // the second time there is nothing to upgrade
		store, err := Open(t.Context(), path, Options{Now: func() time.Time { return at }})
		if err != nil {
			t.Fatal(err)
		}
		in, err := store.Integration(t.Context(), "3406", id)
		if err != nil {
			t.Fatal(err)
		}
		want := webhook.Integration{
			ID: id, UserID: "3406", Name: "version 2", Description: "two\nlines",
			EventTypes: []webhook.EventType{webhook.Failed, webhook.Succeeded}, RequestURL: "https://example.com/hook?a=%20",
			PayloadTemplate: `{"task": "{{taskId}}"}`, HeadersTemplate: `{"X-Task": "{{taskId}}"}`, Status: webhook.Active, DoNotRetry: true,
			Version: 2, CreatedAt: at, ModifiedAt: at.Add(time.Minute),
			Health:  webhook.Health{FailingSince: at.Add(-time.Hour), Notified: webhook.NoticeFailing},
			Secrets: webhook.Secrets{Current: []byte{0, 1, 2, 255}, Previous: []byte("before"), PreviousUntil: at.Add(24 * time.Hour)},
		}
		if diff := cmp.Diff(want, in); diff != "" {
			t.Error(diff)
		}
		if old, err := store.Version(t.Context(), id, 1); err != nil || old.Name != "Ergebnisse → 数据" {
			t.Errorf("version 1 is %+v, %v", old, err)
		}
		d, err := store.Dispatch(t.Context(), id, dispatch)
		if err != nil || d.Status != webhook.DispatchRetrying || len(d.Attempts) != 1 || d.Attempts[0].ResponseStatus != 503 || string(d.Event) == "" {
			t.Errorf("dispatch %+v, %v", d, err)
		}
		_, err = store.CreateIntegration(t.Context(), webhook.Integration{ID: "01M8D0000000000000000000A2", UserID: "3406", Version: 1, CreatedAt: at, ModifiedAt: at},
			webhook.CreateOptions{Quota: 10, Key: "k", Fingerprint: "other", KeyUntil: at.Add(time.Hour)})
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
		if msg, err := webhook.DecodeMessage([]byte(m.Body)); err != nil || msg.DispatchID != dispatch {
			t.Errorf("message %+v, %v", msg, err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	store, err := Open(context.Background(), path, Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	in, err := store.Integration(t.Context(), "3406", id)
	if err != nil {
		t.Fatal(err)
	}
	next := in.Changed(at)
	next.Name = "version 3"
	if err := store.UpdateIntegration(t.Context(), next); err != nil {
		t.Errorf("an integration of an upgraded file cannot be changed: %v", err)
	}
}
