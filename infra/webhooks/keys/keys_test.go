package keys

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/webhooks/keyfile"
	"github.com/thordata/webhook-integration/infra/webhooks/signin"
	"github.com/thordata/webhook-integration/infra/webhooks/sigv4"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
)

// office is a database with its running node's checker.
type office struct {
	*testing.T
	file    string
	now     time.Time
	store   *sqlitestore.Store
	checker *Checker
}

func open(t *testing.T) *office {
	o := &office{T: t, file: filepath.Join(t.TempDir(), "node.db"), now: time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)}
	var err error
	if o.store, err = sqlitestore.Open(t.Context(), o.file, sqlitestore.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.store.Close() })
	box, err := keyfile.Open(t.Context(), o.store.Path(), o.store)
	if err != nil {
		t.Fatal(err)
	}
	o.checker = NewChecker(o.store, box, func() time.Time { return o.now })
	return o
}

// run runs the command and returns what it printed.
func (o *office) run(args ...string) (out, notes string) {
	o.Helper()
	var b, n bytes.Buffer
	args = append(args[:1:1], append([]string{"-data", o.file}, args[1:]...)...)
	if err := run(o.Context(), args, &b, &n, func() time.Time { return o.now }); err != nil {
		o.Fatalf("%v: %v", args, err)
	}
	return b.String(), n.String()
}

func rejected(err error) bool {
	_, ok := errors.AsType[*signin.Rejected](err)
	return ok
}

func TestAPIKeyFromAddToRemove(t *testing.T) {
	o := open(t)
	out, notes := o.run("add", "-user", "3406", "-name", "CI")
	key := strings.TrimSpace(out)
	if !regexp.MustCompile(`^whk_[a-z2-7]{16}_[A-Z2-7]{26}$`).MatchString(key) || strings.Contains(notes, key) {
		t.Errorf("add printed %q and %q", out, notes)
	}
	if list, _ := o.run("list"); !strings.Contains(list, "3406") || !strings.Contains(list, "CI") || !strings.Contains(list, "never") || strings.Contains(list, key[21:]) {
		t.Errorf("list printed\n%s", list)
	}
	for range 3 {
		if user, err := o.checker.User(t.Context(), key); err != nil || user != "3406" {
			t.Errorf("User = %q, %v", user, err)
		}
	}
	if list, _ := o.run("list"); strings.Count(list, "2026-01-02T12:00:00Z") != 2 {
		t.Errorf("after its use, list printed\n%s", list)
	}
	id := key[4:20]
	for _, wrong := range []string{"", "whk_", key[:len(key)-1], key + "A", strings.ToLower(key), "whk_" + id, "whk_" + id + "_", key[4:], "whk_aaaaaaaaaaaaaaaa" + key[20:]} {
		if user, err := o.checker.User(t.Context(), wrong); !rejected(err) {
			t.Errorf("User(%q) = %q, %v; want a rejection", wrong, user, err)
		}
	}
	if _, err := o.checker.Secret(t.Context(), id); !errors.Is(err, sigv4.ErrUnknown) {
		t.Errorf("an API key is a key of the bus: %v", err)
	}
	o.run("remove", "-id", id)
	if _, err := o.checker.User(t.Context(), key); !rejected(err) {
		t.Errorf("a removed key: %v", err)
	}
}

func TestBusKey(t *testing.T) {
	o := open(t)
	out, _ := o.run("add", "-bus")
	m := regexp.MustCompile(`^export AWS_ACCESS_KEY_ID=(WHK[A-Z2-7]{17})\nexport AWS_SECRET_ACCESS_KEY=([A-Z2-7]{40})\n$`).FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("add printed %q", out)
	}
	if secret, err := o.checker.Secret(t.Context(), m[1]); err != nil || string(secret) != m[2] {
		t.Errorf("Secret = %q, %v", secret, err)
	}
	if raw, _ := os.ReadFile(o.file + "-wal"); bytes.Contains(raw, []byte(m[2])) {
		t.Error("the secret is in the file as plain text")
	}
	if user, err := o.checker.User(t.Context(), "whk_"+m[1]+"_"+m[2]); !rejected(err) {
		t.Errorf("a key of the bus acts as user %q, %v", user, err)
	}
}

// The last use is written at most once a minute.
func TestLastUseIsPreciseToAMinute(t *testing.T) {
	o := open(t)
	out, _ := o.run("add", "-user", "a")
	key := strings.TrimSpace(out)
	begin := o.now
	for _, c := range []struct{ after, recorded time.Duration }{{0, 0}, {59 * time.Second, 0}, {time.Minute, time.Minute}} {
		o.now = begin.Add(c.after)
		if _, err := o.checker.User(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		if k, err := o.store.AccessKey(t.Context(), key[4:20]); err != nil || !k.LastUsedAt.Equal(begin.Add(c.recorded)) {
			t.Errorf("after %v: last used at %v, %v", c.after, k.LastUsedAt, err)
		}
	}
}

func TestInvalidCommandLines(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ args, want string }{
		{"give", `unknown command "give": want add, list or remove`},
		{"add", "want either -user ID for an API key, or -bus"},
		{"add -bus -user a", "want either"},
		{"add -user a\x01b", `-user "a\x01b"`},
		{"remove", "select a key with -id"},
		{"list -id a", "-id is for remove"},
		{"list -user a", "-user, -bus and -name are for add"},
		{"add -user a -name " + strings.Repeat("n", 101), "-name must have at most 100 bytes"},
	} {
		err := run(t.Context(), append(strings.Fields(c.args), "-data", filepath.Join(dir, "none.db")), &bytes.Buffer{}, &bytes.Buffer{}, time.Now)
		if _, usage := errors.AsType[*cli.UsageError](err); !usage || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v; want %q", c.args, err, c.want)
		}
	}
	for _, word := range []string{"list", "remove -id a"} {
		if err := run(t.Context(), append(strings.Fields(word), "-data", filepath.Join(dir, "none.db")), &bytes.Buffer{}, &bytes.Buffer{}, time.Now); err == nil || !strings.Contains(err.Error(), "-data") {
			t.Errorf("%s without a database: %v", word, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("files were created: %v", left)
	}
	o := open(t)
	if err := run(t.Context(), []string{"remove", "-data", o.file, "-id", "none"}, &bytes.Buffer{}, &bytes.Buffer{}, time.Now); err == nil || !strings.Contains(err.Error(), "webhooks keys list") {
		t.Errorf("an unknown key: %v", err)
	}
}
