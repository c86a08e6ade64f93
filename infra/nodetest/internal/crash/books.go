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
	late      int // events that arrived at the endpoint that was down in between
	refused   int // requests to it while it was down
	faults    []string
}

func audit(steady, outage *load.Receiver, c config, kills int) books {
	got, after := steady.Books(c.integrations), outage.Books(1)
	b := books{
		kills: kills, accepted: c.events, arrivals: got.Arrivals + after.Arrivals, refused: outage.Refused(),
		repeated: got.Arrivals - got.Dispatches + after.Arrivals - after.Dispatches,
		strays:   got.Strays + after.Strays, faults: append(got.Faults, after.Faults...),
	}
	for n := range c.events {
		if steady.Has(n, c.integrations) {
			b.delivered++
		}
		if outage.Has(n, 1) {
			b.late++
		}
	}
	return b
}

func (b books) lost() int { return 2*b.accepted - b.delivered - b.late }

func (b books) sound() bool { return b.lost() == 0 && b.strays == 0 && len(b.faults) == 0 }

func (b books) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "kills      %6d\naccepted   %6d events\ndelivered  %6d events, and %d to the endpoint that was down, in %d webhooks\nrefused    %6d requests while it was down\nlost       %6d\nrepeated   %6d webhooks, each with its dispatch's id\n",
		b.kills, b.accepted, b.delivered, b.late, b.arrivals, b.refused, b.lost(), b.repeated)
	if b.strays > 0 {
		fmt.Fprintf(&s, "strays     %6d events arrived with more dispatch ids than they have integrations\n", b.strays)
	}
	for _, f := range b.faults {
		fmt.Fprintln(&s, "fault     ", f)
	}
	return s.String()
}
