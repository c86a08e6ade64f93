package kmskey

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/shared/seal"
)

// fake is a KMS that counts calls. A ciphertext is a number that identifies the key.
type fake struct {
	mu                  sync.Mutex
	keys                map[string][]byte
	generated, decrypts int
	err                 error
}

func (f *fake) GenerateDataKey(_ context.Context, in *kms.GenerateDataKeyInput, _ ...func(*kms.Options)) (*kms.GenerateDataKeyOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	f.generated++
	plain, blob := make([]byte, 32), fmt.Appendf(nil, "key %d", f.generated)
	rand.Read(plain)
	if f.keys == nil {
		f.keys = map[string][]byte{}
	}
	f.keys[string(blob)] = plain
	return &kms.GenerateDataKeyOutput{Plaintext: plain, CiphertextBlob: blob}, nil
}

func (f *fake) Decrypt(_ context.Context, in *kms.DecryptInput, _ ...func(*kms.Options)) (*kms.DecryptOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.decrypts++
	if f.err != nil {
		return nil, f.err
	}
	if !maps.Equal(in.EncryptionContext, purpose) {
		return nil, errors.New("another encryption context")
	}
	return &kms.DecryptOutput{Plaintext: f.keys[string(in.CiphertextBlob)]}, nil
}

// clock is a manual clock.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func TestSecretsComeBackFromKMS(t *testing.T) {
	client := kms.New(kms.Options{
		BaseEndpoint: aws.String(emulators.MotoForTest(t)), Region: emulators.Region,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	key, err := client.CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	open := func() *seal.Box { return seal.NewBox(New(client, *key.KeyMetadata.Arn, time.Now)) }
	sealed, err := open().Seal(t.Context(), []byte("whsec_x"), "integration")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := open().Open(t.Context(), sealed, "integration"); err != nil || string(plain) != "whsec_x" {
		t.Errorf("another process read %q, %v", plain, err)
	}
	if _, err := open().Open(t.Context(), sealed, "another integration"); !errors.Is(err, seal.ErrTampered) {
		t.Errorf("error = %v, want ErrTampered", err)
	}
	plain, err := seal.NewBox(nil).Seal(t.Context(), []byte("before KMS"), "integration")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := open().Open(t.Context(), plain, "integration"); err != nil || string(got) != "before KMS" {
		t.Errorf("plaintext secret = %q, %v", got, err)
	}
}

func TestOneDataKeySealsForAnHour(t *testing.T) {
	f, c := &fake{}, &clock{now: time.Unix(1e9, 0)}
	keys := New(f, "k", c.Now)
	seal := func() []byte {
		_, name, err := keys.Sealing(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	first := seal()
	c.now = c.now.Add(maxAge - 1)
	if !bytes.Equal(first, seal()) || f.generated != 1 {
		t.Errorf("%d data keys within the hour, want 1", f.generated)
	}
	c.now = c.now.Add(1)
	if bytes.Equal(first, seal()) {
		t.Error("the data key was used for more than an hour")
	}
	if _, err := keys.Opening(t.Context(), first); err != nil || f.decrypts != 1 {
		t.Errorf("the old key was decrypted by KMS %d times, %v", f.decrypts, err)
	}
}

func TestOneDataKeySealsAThousandSecrets(t *testing.T) {
	f, c := &fake{}, &clock{now: time.Unix(1e9, 0)}
	keys := New(f, "k", c.Now)
	for range 2 * maxSeals {
		if _, _, err := keys.Sealing(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if f.generated != 2 {
		t.Errorf("%d data keys, want 2", f.generated)
	}
}

func TestOwnSecretsOpenWithoutKMS(t *testing.T) {
	f, c := &fake{}, &clock{now: time.Unix(1e9, 0)}
	keys := New(f, "k", c.Now)
	_, name, _ := keys.Sealing(t.Context())
	if _, err := keys.Opening(t.Context(), name); err != nil || f.decrypts != 0 {
		t.Errorf("%d KMS calls, %v", f.decrypts, err)
	}
}

func TestCacheOfOpenedKeysIsLimitedInTimeAndNumber(t *testing.T) {
	f, c := &fake{}, &clock{now: time.Unix(1e9, 0)}
	var names [][]byte
	for range maxKept + 50 {
		out, _ := f.GenerateDataKey(t.Context(), nil)
		names = append(names, out.CiphertextBlob)
	}
	keys := New(f, "k", c.Now)
	for _, name := range names {
		for range 2 {
			if _, err := keys.Opening(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
	}
	if f.decrypts != len(names) || len(keys.opened) != maxKept {
		t.Errorf("%d KMS calls for %d keys, %d are cached", f.decrypts, len(names), len(keys.opened))
	}
	c.now = c.now.Add(maxAge)
	last := names[len(names)-1]
	if _, err := keys.Opening(t.Context(), last); err != nil || f.decrypts != len(names)+1 {
		t.Errorf("no KMS call after an hour: %v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	f, c := &fake{}, &clock{now: time.Unix(1e9, 0)}
	box := seal.NewBox(New(f, "k", c.Now))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			sealed, err := box.Seal(t.Context(), []byte("s"), "b")
			if err != nil {
				t.Error(err)
				return
			}
			if plain, err := box.Open(t.Context(), sealed, "b"); err != nil || string(plain) != "s" {
				t.Errorf("Open = %q, %v", plain, err)
			}
		})
	}
	wg.Wait()
	if f.generated != 1 {
		t.Errorf("%d data keys for concurrent callers; want one", f.generated)
	}
}

func TestKMSErrorsAreNotCached(t *testing.T) {
	f, c := &fake{err: errors.New("throttled")}, &clock{now: time.Unix(1e9, 0)}
	keys := New(f, "arn:of:key", c.Now)
	if _, _, err := keys.Sealing(t.Context()); !errors.Is(err, f.err) {
		t.Errorf("error = %v", err)
	}
	f.err = nil
	if _, _, err := keys.Sealing(t.Context()); err != nil {
		t.Errorf("after the error: %v", err)
	}
}
