package soak

import (
	"context"
	"fmt"
	"strings"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
)

// books compares the accepted events with the node's dispatch log, and the log with what the
// receivers got.
type books struct {
	kills, jumps, fulls int

	events     int
	succeeded  int
	failed     int
	waiting    int // for the receiver that stays down
	repeats    int
	complaints []string
}

// audit checks the events and dispatches of one tenant.
func (b *books) audit(ctx context.Context, t *tenant) error {
	in, err := load.Integration(ctx, t.node, t.integration)
	if err != nil {
		return err
	}
	dispatches, err := load.Dispatches(ctx, t.node, t.integration)
	if err != nil {
		return err
	}
	received := t.receiver.Received()
	of := map[string]int{} // number of dispatches by event
	for _, d := range dispatches {
		of[d.EventID]++
		switch d.Status {
		case "SUCCEEDED":
			b.succeeded++
			if received[d.ID] == 0 {
				b.complain(t, "dispatch %s succeeded, but was not received", d.ID)
			}
		case "FAILED":
			b.failed++
		case "WAITING":
			b.waiting++
			if t.healable() {
				b.complain(t, "dispatch %s still waits", d.ID)
			}
		default:
			b.complain(t, "dispatch %s has not ended: %s", d.ID, d.Status)
		}
	}
	b.events += len(t.accepted)
	for event := range t.accepted {
		if n := of[event]; n > 1 || n == 0 && in.Status == "active" {
			b.complain(t, "event %s was accepted, but has %d dispatches", event, n)
		}
	}
	for _, n := range received {
		b.repeats += n - 1
	}
	return nil
}

func (b *books) complain(t *tenant, format string, args ...any) {
	b.complaints = append(b.complaints, t.fault+": "+fmt.Sprintf(format, args...))
}

func (b *books) sound() bool { return len(b.complaints) == 0 && b.events > 0 && b.succeeded > 0 }

func (b *books) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "kills, clock jumps, full disks  %d, %d, %d\n", b.kills, b.jumps, b.fulls)
	fmt.Fprintf(&s, "events accepted                 %d\n", b.events)
	fmt.Fprintf(&s, "dispatches succeeded            %d, every one received\n", b.succeeded)
	fmt.Fprintf(&s, "dispatches failed               %d\n", b.failed)
	fmt.Fprintf(&s, "dispatches waiting              %d, for the receiver that stays down\n", b.waiting)
	fmt.Fprintf(&s, "repeated requests               %d, after failed attempts and as duplicates, all with their dispatch's id\n", b.repeats)
	fmt.Fprintf(&s, "errors                          %d\n", len(b.complaints))
	for _, c := range b.complaints[:min(len(b.complaints), 20)] {
		fmt.Fprintln(&s, "  ", c)
	}
	return s.String()
}
