package delivery_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// fakeStore is a store in memory that keeps the promises of Dispatches and Integrations. It counts
// its writes and injects errors with fail.
type fakeStore struct {
	// fail is called around each call; see failingCalls. If nil, no call fails.
	fail *failingCalls

	// forgetful omits the events of dispatches, like a store whose records are too large.
	forgetful bool

	// between runs before a write, without the lock, so that a test can write concurrently.
	between func(call string)

	// throttled counts the saves of dispatches that are yet to be refused as too many.
	throttled int

	mu           sync.Mutex
	integrations map[string]webhook.Integration
	dispatches   map[string]webhook.Dispatch
	waiting      map[string]time.Time // accepted, by dispatch
	due          map[string]webhook.Due
	lines        map[string]webhook.Line
	reserved     map[string]int
	writes       map[string]int
}

func newFakeStore() *fakeStore {
	return &fakeStore{
		integrations: map[string]webhook.Integration{},
		dispatches:   map[string]webhook.Dispatch{},
		waiting:      map[string]time.Time{},
		due:          map[string]webhook.Due{},
		lines:        map[string]webhook.Line{},
		reserved:     map[string]int{},
		writes:       map[string]int{},
	}
}

// do runs one call under the lock.
func (s *fakeStore) do(ctx context.Context, call string, f func() error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if s.between != nil {
		s.between(call)
	}
	return s.fail.around("store "+call, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		return f()
	})
}

func (s *fakeStore) Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error) {
	if len(refs) > 10 {
		panic("more than 10 refs at once")
	}
	out := make([]webhook.Loaded, len(refs))
	err := s.do(ctx, "load", func() error {
		for i, ref := range refs {
			if in := s.integrations[ref.IntegrationID]; in.UserID == ref.UserID {
				out[i].Integration = in
			}
			out[i].Dispatch = s.dispatches[ref.DispatchID]
		}
		return nil
	})
	return out, err
}

func (s *fakeStore) SaveDispatch(ctx context.Context, d webhook.Dispatch) error {
	return s.do(ctx, "save", func() error {
		if s.throttled > 0 {
			s.throttled--
			return fmt.Errorf("save: %w", webhook.ErrThrottled)
		}
		return s.put(d)
	})
}

func (s *fakeStore) HoldDispatch(ctx context.Context, d webhook.Dispatch) error {
	return s.do(ctx, "hold", func() error {
		if cmp.Equal(s.dispatches[d.ID], d) {
			return nil
		}
		if s.integrations[d.IntegrationID].Status != webhook.Paused {
			return webhook.ErrConflict
		}
		return s.put(d)
	})
}

func (s *fakeStore) put(d webhook.Dispatch) error {
	stored := s.dispatches[d.ID]
	if cmp.Equal(stored, d) {
		return nil
	}
	if stored.Revision != d.Revision-1 {
		return webhook.ErrConflict
	}
	if d.Event = bytes.Clone(d.Event); s.forgetful {
		d.Event = nil
	}
	s.dispatches[d.ID] = d
	s.writes["dispatch"]++
	return nil
}

func (s *fakeStore) Integration(ctx context.Context, userID, id string) (in webhook.Integration, err error) {
	err = s.do(ctx, "integration", func() error {
		in = s.integrations[id]
		if in.ID == "" || in.UserID != userID {
			return webhook.ErrNotFound
		}
		return nil
	})
	return in, err
}

func (s *fakeStore) UpdateIntegration(ctx context.Context, in webhook.Integration) error {
	return s.do(ctx, "update", func() error {
		stored := s.integrations[in.ID]
		in.Health = stored.Health // not part of a version
		switch {
		case stored.ID == "":
			return webhook.ErrNotFound
		case cmp.Equal(stored, in):
			return nil
		case stored.Version != in.Version-1:
			return webhook.ErrConflict
		}
		s.integrations[in.ID] = in
		s.writes["integration"]++
		return nil
	})
}

func (s *fakeStore) SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error {
	return s.do(ctx, "health", func() error {
		in := s.integrations[id]
		switch {
		case in.ID == "":
			return webhook.ErrNotFound
		case in.Health != from:
			return webhook.ErrConflict
		}
		in.Health = to
		s.integrations[id] = in
		s.writes["health"]++
		return nil
	})
}
