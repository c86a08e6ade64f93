package egress_test

import (
	"bytes"
	"log"
	"testing"

	"github.com/thordata/webhook-integration/shared/egress"
)

func TestDiscreetCutsOffWhatAReceiverSaid(t *testing.T) {
	var out bytes.Buffer
	logger := log.New(egress.Discreet(&out), "", 0)
	logger.Printf("Unsolicited response received on idle HTTP channel starting with %q; err=%v", "the payload", nil)
	logger.Print("http: something else")
	const want = "Unsolicited response received on idle HTTP channel\nhttp: something else\n"
	if out.String() != want {
		t.Errorf("wrote %q, want %q", out.String(), want)
	}
}
