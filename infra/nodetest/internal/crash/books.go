package crash

import (
	"fmt"
	"strings"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
)

// books compares the accepted events with what arrived.
type books struct {
	kills     int
	accepted  int // events
	delivered int // events that arrived for every integration
	arrivals  int
	repeated  int // arrivals after the first of their dispatch
	strays    int // events that arrived with a wrong dispatch id
	faults    []string
}

func audit(r *load.Receiver, c config, kills int) books {
	got := r.Books(c.integrations)
	b := books{
		kills: kills, accepted: c.events, arrivals: got.Arrivals,
		repeated: got.Arrivals - got.Dispatches, strays: got.Strays, faults: got.Faults,
	}
	for n := range c.events {
		if r.Has(n, c.integrations) {
			b.delivered++
		}
	}
	return b
}

func (b books) lost() int { return b.accepted - b.delivered }

func (b books) sound() bool { return b.lost() == 0 && b.strays == 0 && len(b.faults) == 0 }

func (b books) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "kills      %6d\naccepted   %6d events\ndelivered  %6d events, in %d webhooks\nlost       %6d\nrepeated   %6d webhooks, each with its dispatch's id\n",
		b.kills, b.accepted, b.delivered, b.arrivals, b.lost(), b.repeated)
	if b.strays > 0 {
		fmt.Fprintf(&s, "strays     %6d events arrived with more dispatch ids than they have integrations\n", b.strays)
	}
	for _, f := range b.faults {
		fmt.Fprintln(&s, "fault     ", f)
	}
	return s.String()
}
