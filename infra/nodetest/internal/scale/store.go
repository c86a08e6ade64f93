package scale

import (
	"cmp"
	"context"
	"hash/fnv"
	"iter"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	roundTrip = 5 * time.Millisecond // to the table, or a queue, and back
	sdkTries  = 3                    // of a write that the table throttles
	sdkPause  = 25 * time.Millisecond

	// The model keeps so many ended dispatches of an integration in its log, and what ended recently:
	// another message of it may be in a queue.
	kept   = 200
	recent = 8 * time.Hour
)

// store is a model of the table: it keeps the promises of the store, and counts and limits what is
// written to each partition.
type store struct {
	parts *capacity // of integrations
	use   *use

	mu           sync.Mutex
	integrations map[string]webhook.Integration
	owned        map[string][]string // integrations, by user
	logs         map[string]*log     // dispatches, by integration
	failed       int                 // dispatches that ended without being delivered
	throttled    int                 // writes
	indexes
}

func newStore(u *use, scale float64) *store {
	return &store{
		parts: newCapacity(partitionUnits), use: u,
		integrations: map[string]webhook.Integration{}, owned: map[string][]string{}, logs: map[string]*log{},
		indexes: newIndexes(scale),
	}
}

// partitionUnits is how many write units a second a partition takes.
const partitionUnits = 1000

// log is the dispatches of an integration by id, which sorts by time.
type log struct {
	ids     []string
	records map[string]webhook.Dispatch
	longest int // before it is trimmed
}

func (l *log) put(d webhook.Dispatch) {
	if _, known := l.records[d.ID]; !known {
		at, _ := slices.BinarySearch(l.ids, d.ID)
		l.ids = slices.Insert(l.ids, at, d.ID)
	}
	l.records[d.ID] = d
	if len(l.ids) > l.longest {
		l.trim()
		l.longest = 2*len(l.ids) + 5*kept
	}
}

// trim forgets ended dispatches but for the newest.
func (l *log) trim() {
	old := len(l.ids) - kept
	l.ids = slices.DeleteFunc(l.ids, func(id string) bool {
		old--
		d := l.records[id]
		gone := old >= 0 && d.Status.Ended() && time.Since(d.FinishedAt) > recent
		if gone {
			delete(l.records, id)
		}
		return gone
	})
}

func (s *store) add(in webhook.Integration) {
	s.integrations[in.ID] = in
	s.owned[in.UserID] = append(s.owned[in.UserID], in.ID)
	s.logs[in.ID] = &log{records: map[string]webhook.Dispatch{}}
}

// read takes the time of a call that reads so many units.
func (s *store) read(ctx context.Context, units float64) error {
	s.use.read(units)
	time.Sleep(roundTrip)
	return ctx.Err()
}

// write waits for the capacity of a partition, as the SDK does, and reports webhook.ErrThrottled if there
// is none.
func (s *store) write(ctx context.Context, c *capacity, partition string) error {
	for try := range sdkTries {
		time.Sleep(roundTrip)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.take(partition) {
			s.use.write(1)
			return nil
		}
		s.count(&s.throttled)
		time.Sleep(sdkPause << try)
	}
	return errThrottled
}

func (s *store) count(n *int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*n++
}

// partition is where a dispatch, or what is said of it, is stored.
func partition(integrationID, dispatchID string, shards int) string {
	if shards <= 1 {
		return integrationID
	}
	return integrationID + "#" + strconv.Itoa(shard(dispatchID, shards))
}

func shard(key string, n int) int {
	h := fnv.New32a()
	h.Write([]byte(key))
	return int(h.Sum32() % uint32(n))
}

func (s *store) Subscriptions(ctx context.Context, userID string) iter.Seq2[webhook.Subscription, error] {
	return func(yield func(webhook.Subscription, error) bool) {
		if err := s.read(ctx, 1); err != nil {
			yield(webhook.Subscription{}, err)
			return
		}
		s.mu.Lock()
		var list []webhook.Subscription
		for _, id := range s.owned[userID] {
			list = append(list, s.integrations[id].Subscription())
		}
		s.mu.Unlock()
		for _, sub := range list {
			if !yield(sub, nil) {
				return
			}
		}
	}
}

// Load reads half a unit for each integration and each dispatch.
func (s *store) Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error) {
	if err := s.read(ctx, float64(len(refs))); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]webhook.Loaded, len(refs))
	for i, ref := range refs {
		out[i].Integration = s.integrations[ref.IntegrationID]
		out[i].Dispatch = s.logs[ref.IntegrationID].records[ref.DispatchID]
	}
	return out, nil
}

func (s *store) SaveDispatch(ctx context.Context, d webhook.Dispatch) error {
	if err := s.write(ctx, s.parts, s.partition(d)); err != nil {
		return err
	}
	return s.put(d)
}

func (s *store) put(d webhook.Dispatch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.logs[d.IntegrationID]
	stored := l.records[d.ID]
	switch {
	case stored.Revision == d.Revision && stored.Status == d.Status && len(stored.Attempts) == len(d.Attempts):
		return nil
	case stored.Revision != d.Revision-1:
		return webhook.ErrConflict
	}
	if d.Status == webhook.DispatchFailed {
		s.failed++
	}
	if d.Status.Ended() {
		d.Event = nil
	}
	l.put(d)
	return nil
}

func (s *store) HoldDispatch(ctx context.Context, d webhook.Dispatch) error {
	if in, err := s.Integration(ctx, d.UserID, d.IntegrationID); err != nil || in.Status != webhook.Paused {
		return cmp.Or(err, webhook.ErrConflict)
	}
	return s.SaveDispatch(ctx, d)
}

func (s *store) Integration(ctx context.Context, _, id string) (webhook.Integration, error) {
	if err := s.read(ctx, 1); err != nil {
		return webhook.Integration{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.integrations[id], nil
}

func (s *store) UpdateIntegration(ctx context.Context, in webhook.Integration) error {
	return s.change(ctx, in.UserID, in.ID, func(stored webhook.Integration) (webhook.Integration, bool) {
		in.Health = stored.Health
		return in, stored.Version == in.Version-1
	})
}

func (s *store) SaveHealth(ctx context.Context, userID, id string, from, to webhook.Health) error {
	return s.change(ctx, userID, id, func(stored webhook.Integration) (webhook.Integration, bool) {
		same := stored.Health == from
		stored.Health = to
		return stored, same
	})
}

// change writes an integration, or reports webhook.ErrConflict if f reports false.
func (s *store) change(ctx context.Context, userID, id string, f func(webhook.Integration) (webhook.Integration, bool)) error {
	if err := s.write(ctx, s.parts, userID); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next, ok := f(s.integrations[id])
	if !ok {
		return webhook.ErrConflict
	}
	s.integrations[id] = next
	return nil
}
