package receivers_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/signing"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// received is a request as verify.py reads it.
type received struct {
	Secret  string            `json:"secret"`
	Headers map[string]string `json:"headers"`
	Body    []byte            `json:"body"`
}

func TestPythonVerifies(t *testing.T) {
	current, previous := signing.NewSecret(), signing.NewSecret()
	var all []received
	var want []string
	add := func(r received, ok bool) {
		all = append(all, r)
		want = append(want, map[bool]string{true: "ok", false: "refused"}[ok])
	}
	for _, text := range []string{"plain", "数据 🚚", `a\"b\\c`, `\u0000\ud83d\ude9a`, strings.Repeat("x", 100_000)} {
		r := sent(t, current, previous, text)
		for _, secret := range []string{current, previous} {
			r.Secret = secret
			add(r, true)
		}
		r.Secret = signing.NewSecret()
		add(r, false)
		r.Secret, r.Body = current, append(bytes.Clone(r.Body), ' ')
		add(r, false)
	}
	for i, got := range python(t, all) {
		if (got == "ok") != (want[i] == "ok") {
			t.Errorf("request %d: %s, want %s", i, got, want[i])
		}
	}
}

// sent is a request of now, signed while the secret is being rotated.
func sent(t *testing.T, current, previous, text string) received {
	t.Helper()
	box := seal.NewBox(nil)
	secrets := webhook.Secrets{Current: sealed(t, box, previous)}.Rotated(sealed(t, box, current), time.Now(), time.Hour)
	r, err := request.NewBuilder(request.Config{Secrets: box}).Build(t.Context(), request.Input{
		Integration: webhook.Integration{ID: "I-1", RequestURL: "https://example.com/", Secrets: secrets, Version: 1},
		Dispatch:    webhook.Dispatch{ID: "01JX5N4Z8G0000000000000000", CreatedAt: time.Now(), Event: []byte(`{"userId":1,"resource":{"detail":"` + text + `"}}`)},
		Number:      1, At: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string]string{}
	for name, values := range r.Header {
		headers[name] = values[0]
	}
	return received{Headers: headers, Body: r.Body}
}

func sealed(t *testing.T, box *seal.Box, secret string) []byte {
	t.Helper()
	b, err := box.Seal(t.Context(), []byte(secret), "I-1")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// python returns what verify.py says about each request. Where its library is not
// installed the test is skipped, but not in CI.
func python(t *testing.T, all []received) []string {
	t.Helper()
	interpreter, err := filepath.Abs("../../.cache/receivers/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(interpreter); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("not installed: run infra/receivers/install first")
		}
		t.Skip("not installed: infra/receivers/install does it")
	}
	var in bytes.Buffer
	for _, r := range all {
		if err := json.NewEncoder(&in).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), interpreter, "verify.py")
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(all) {
		t.Fatalf("%d answers to %d requests", len(lines), len(all))
	}
	return lines
}
