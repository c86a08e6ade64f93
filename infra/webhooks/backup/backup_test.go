package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/infra/webhooks/client"
	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

// serve runs a node on a file until end is called.
func serve(t *testing.T, file string) (api *client.Client, end func()) {
	t.Helper()
	n, err := node.Open(t.Context(), node.Options{Data: file}, logtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.Serve(ctx, l, nil) }()
	return &client.Client{URL: "http://" + l.Addr().String()}, func() {
		stop()
		if err := errors.Join(<-done, n.Close()); err != nil {
			t.Error(err)
		}
	}
}

type dispatches struct {
	Dispatches []struct{ ID, Status string }
}

// log returns the integration's log once it has n dispatches.
func log(t *testing.T, api *client.Client, id string, n int) (all dispatches) {
	t.Helper()
	for len(all.Dispatches) < n {
		if err := api.Do(t.Context(), http.MethodGet, "/v1/integrations/"+id+"/dispatches", nil, &all); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func put(t *testing.T, api *client.Client, eventID string) {
	t.Helper()
	if err := api.Put(t.Context(), bytes.Replace(events.TaskSucceeded, []byte("{"), fmt.Appendf(nil, `{"eventId":%q,`, eventID), 1)); err != nil {
		t.Fatal(err)
	}
}

// A backup of a node that is delivering starts as a node with everything that was there, and signs with
// the same secret.
func TestBackupOfARunningNodeIsRestored(t *testing.T) {
	dir := t.TempDir()
	file, copied := filepath.Join(dir, "a.db"), filepath.Join(dir, "copy.db")
	api, end := serve(t, file)
	var in struct{ ID, SigningSecret string }
	if err := api.Do(t.Context(), http.MethodPost, "/v1/integrations", map[string]any{
		"name": "a", "eventTypes": []string{"ACTOR.RUN.SUCCEEDED"}, "requestUrl": api.URL + "/inbox/a",
	}, &in); err != nil {
		t.Fatal(err)
	}
	put(t, api, "before")
	before := log(t, api, in.ID, 1)

	stop := make(chan struct{})
	busy := make(chan struct{})
	go func() {
		defer close(busy)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				put(t, api, fmt.Sprint("during ", i))
			}
		}
	}()
	var out strings.Builder
	t.Chdir(dir)
	if err := run(t.Context(), []string{"-data", "a.db", "-to", "copy.db"}, &out); err != nil || !strings.Contains(out.String(), "checked") {
		t.Fatal(err, out.String())
	}
	close(stop)
	<-busy
	end()

	for _, name := range []string{copied, copied + ".key"} {
		if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if left, _ := filepath.Glob(copied + "*"); len(left) != 2 {
		t.Errorf("the backup left %q", left)
	}
	restored, end := serve(t, copied)
	defer end()
	after := log(t, restored, in.ID, 1)
	if last := after.Dispatches[len(after.Dispatches)-1]; last.ID != before.Dispatches[0].ID || last.Status != "SUCCEEDED" {
		t.Errorf("the oldest dispatch is %+v", last)
	}
	var secret struct{ SigningSecret string }
	if err := restored.Do(t.Context(), http.MethodGet, "/v1/integrations/"+in.ID+"/secret", nil, &secret); err != nil || secret.SigningSecret != in.SigningSecret {
		t.Errorf("another secret: %v", err)
	}
}

func TestBackupErrors(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there.db")
	notes := filepath.Join(dir, "notes.txt")
	for _, name := range []string{there, notes} {
		if err := os.WriteFile(name, []byte("these are my notes"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ name, from, to, want string }{
		{"no name", notes, "", "-to is missing"},
		{"no database", filepath.Join(dir, "gone.db"), filepath.Join(dir, "new.db"), "gone.db"},
		{"a file that exists", there, notes, "name a new file"},
		{"not a database", notes, filepath.Join(dir, "new.db"), "not a database"},
		{"no directory", there, filepath.Join(dir, "gone", "new.db"), "gone"},
	} {
		args := []string{"-data", c.from}
		if c.to != "" {
			args = append(args, "-to", c.to)
		}
		if err := run(t.Context(), args, io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "gone.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the missing database was created")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "new.db*")); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}
