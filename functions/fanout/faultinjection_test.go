package fanout_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

var errTrip = errors.New("tripped")

// tripping is a store and a queue of which the failAt-th call fails, before or after it took
// effect.
type tripping struct {
	book
	failAt int // counted from 1
	after  bool
	calls  int
}

func (s *tripping) call(do func()) error {
	s.calls++
	if s.calls == s.failAt {
		if s.after {
			do()
		}
		return errTrip
	}
	do()
	return nil
}

func (s *tripping) Subscriptions(ctx context.Context, user string) iter.Seq2[webhook.Subscription, error] {
	return func(yield func(webhook.Subscription, error) bool) {
		const page = 1000
		for i, sub := range s.users[user] {
			if i%page == 0 {
				if err := s.call(func() {}); err != nil {
					yield(webhook.Subscription{}, err)
					return
				}
			}
			if !yield(sub, nil) {
				return
			}
		}
	}
}

func (s *tripping) Send(ctx context.Context, msgs []webhook.Message) (err error) {
	return s.call(func() { err = s.book.Send(ctx, msgs) })
}

// Each call to the store and the queue fails once, then the bus delivers the event again. In the
// end every integration has exactly one dispatch.
func TestEveryCallFailsOnce(t *testing.T) {
	const integrations = 2500
	var subs []webhook.Subscription
	for i := range integrations {
		subs = append(subs, sub(fmt.Sprint(i), webhook.Active, webhook.Succeeded))
	}
	for _, after := range []bool{false, true} {
		for at := 1; ; at++ {
			s := &tripping{book: book{users: map[string][]webhook.Subscription{"3406": subs}}, failAt: at, after: after}
			h, _, _ := newHandler(t, &s.book)
			h.Subscriptions, h.Sender = s, s
			err := h.Handle(t.Context(), event(success))
			if err == nil {
				if at < 5 {
					t.Errorf("only %d calls could fail", at-1)
				}
				break
			}
			if !errors.Is(err, errTrip) {
				t.Fatalf("call %d: %v", at, err)
			}
			if err := h.Handle(t.Context(), event(success)); err != nil {
				t.Fatalf("call %d, again: %v", at, err)
			}
			audit(t, s.sent, integrations)
		}
	}
}

func audit(t *testing.T, sent []webhook.Message, integrations int) {
	t.Helper()
	dispatches := map[string]string{}
	for _, m := range sent {
		if known := dispatches[m.IntegrationID]; known != "" && known != m.DispatchID {
			t.Errorf("integration %s has dispatches %s and %s for one event", m.IntegrationID, known, m.DispatchID)
		}
		dispatches[m.IntegrationID] = m.DispatchID
	}
	if len(dispatches) != integrations {
		t.Errorf("%d integrations got a message; want %d", len(dispatches), integrations)
	}
}
