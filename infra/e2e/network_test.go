package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/infra/e2e/internal/netns"
)

// A receiver in an allowed private network, with a certificate of a private authority, is called.
func TestReceiverInAPrivateNetwork(t *testing.T) {
	w := newHarness(t, settings{
		address: netns.PrivateAddress, parameters: map[string]string{"EgressAllow": "10.1.0.0/16"},
		overrides: map[string]string{"SSL_CERT_FILE": "/dev/null", "EXTRA_CA": authority(t).file},
	})
	id := w.create("/hook")
	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("it is delivered", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "SUCCEEDED" })
	if got := w.receiver.got("/hook"); len(got) != 1 || got[0].Verified != nil {
		t.Errorf("the receiver got %d requests", len(got))
	}
	for _, other := range []string{"10.2.0.1", "169.254.169.254", "127.0.0.1"} {
		to := strings.Replace(w.receiver.URL("/hook"), netns.PrivateAddress, other, 1)
		w.must(http.StatusUnprocessableEntity, "create", without("idempotency-key"), saying(map[string]any{"requestUrl": to}))
	}
}
