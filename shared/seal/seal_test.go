package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/thordata/webhook-integration/shared/seal"
)

func newKey(t *testing.T) *seal.Key {
	t.Helper()
	raw := make([]byte, seal.KeySize)
	rand.Read(raw)
	key, err := seal.NewKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func mustSeal(t *testing.T, b *seal.Box, plain, bind string) []byte {
	t.Helper()
	sealed, err := b.Seal(t.Context(), []byte(plain), bind)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestOpensWhatItSealed(t *testing.T) {
	for name, box := range map[string]*seal.Box{"key": seal.NewBox(newKey(t)), "no key": seal.NewBox(nil)} {
		t.Run(name, func(t *testing.T) {
			for _, plain := range []string{"", "whsec_abc"} {
				got, err := box.Open(t.Context(), mustSeal(t, box, plain, "I-1"), "I-1")
				if err != nil || string(got) != plain {
					t.Errorf("Open = %q, %v; want %q", got, err, plain)
				}
			}
		})
	}
}

func TestSealHidesThePlaintext(t *testing.T) {
	box := seal.NewBox(newKey(t))
	one, two := mustSeal(t, box, "whsec_abc", "I-1"), mustSeal(t, box, "whsec_abc", "I-1")
	if bytes.Contains(one, []byte("whsec_abc")) || bytes.Equal(one, two) {
		t.Errorf("sealed twice: %x and %x; want two different texts without the plaintext", one, two)
	}
}

func TestPlaintextSecretsOpenAfterAKeyIsConfigured(t *testing.T) {
	old := mustSeal(t, seal.NewBox(nil), "secret", "I-1")
	if got, err := seal.NewBox(newKey(t)).Open(t.Context(), old, "I-1"); err != nil || string(got) != "secret" {
		t.Errorf("Open = %q, %v", got, err)
	}
}

func TestOpenRejects(t *testing.T) {
	key := newKey(t)
	sealed := mustSeal(t, seal.NewBox(key), "secret", "I-1")
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	for name, c := range map[string]struct {
		keys   seal.Keys
		sealed []byte
		bind   string
		want   error
	}{
		"another bind": {key, sealed, "I-2", seal.ErrTampered},
		"changed":      {key, flipped, "I-1", seal.ErrTampered},
		"another key":  {newKey(t), sealed, "I-1", seal.ErrNoKey},
		"no key":       {nil, sealed, "I-1", seal.ErrNoKey},
		"nothing":      {key, nil, "I-1", seal.ErrTampered},
		"unknown form": {key, []byte{9, 0, 0}, "I-1", seal.ErrTampered},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := seal.NewBox(c.keys).Open(t.Context(), c.sealed, c.bind); !errors.Is(err, c.want) {
				t.Errorf("Open = %q, %v; want %v", got, err, c.want)
			}
		})
	}
	for n := range sealed {
		if _, err := seal.NewBox(key).Open(t.Context(), sealed[:n], "I-1"); err == nil {
			t.Errorf("opened a secret truncated to %d of %d bytes", n, len(sealed))
		}
	}
}

func TestKeyFileIsCreatedOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "webhooks.key")
	first, err := seal.KeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v; want 0600", info.Mode(), err)
	}
	second, err := seal.KeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := mustSeal(t, seal.NewBox(first), "secret", "I-1")
	if got, err := seal.NewBox(second).Open(t.Context(), sealed, "I-1"); err != nil || string(got) != "secret" {
		t.Errorf("Open = %q, %v", got, err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left files: %v", left)
	}
}

func TestInvalidKeyFileIsNotChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "webhooks.key")
	if err := os.WriteFile(path, []byte("not a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.KeyFile(path); err == nil {
		t.Error("accepted a file without a key")
	}
	if got, _ := os.ReadFile(path); string(got) != "not a key" {
		t.Errorf("file is now %q", got)
	}
}
