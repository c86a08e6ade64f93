package signing_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/thordata/webhook-integration/shared/signing"
)

func TestNewSecretIsLongAndNew(t *testing.T) {
	one, two := signing.NewSecret(), signing.NewSecret()
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(one, "whsec_"))
	if err != nil || len(raw) != 32 || !strings.HasPrefix(one, "whsec_") {
		t.Errorf("NewSecret = %q (%d bytes, %v); want whsec_ and 32 bytes", one, len(raw), err)
	}
	if one == two {
		t.Error("two secrets are the same")
	}
}

// The test vector is the specification's example.
func TestSignatureOfTheSpecificationsExample(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	got, err := signing.Sign([]string{secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if err != nil || got != want {
		t.Errorf("Sign = %q, %v; want %q", got, err, want)
	}
}

func TestEveryGivenSecretVerifies(t *testing.T) {
	now, body := time.Now(), []byte(`{"a":1}`)
	secrets := []string{signing.NewSecret(), signing.NewSecret()}
	signature, err := signing.Sign(secrets, "D-1", now, body)
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	h.Set("Webhook-Id", "D-1")
	h.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	h.Set("Webhook-Signature", signature)
	for i, secret := range secrets {
		hook, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := hook.Verify(body, h); err != nil {
			t.Errorf("secret %d: %v", i, err)
		}
	}
}

func TestErrorsDoNotContainTheSecret(t *testing.T) {
	for _, secret := range []string{"", "MfKQ9r8G", "whsec_%%marked%%"} {
		_, err := signing.Sign([]string{secret}, "D-1", time.Now(), nil)
		if !errors.Is(err, signing.ErrSecret) || strings.Contains(err.Error(), "marked") {
			t.Errorf("Sign with %q: %v", secret, err)
		}
	}
	if _, err := signing.Sign(nil, "D-1", time.Now(), nil); err == nil {
		t.Error("signed without a secret")
	}
}
