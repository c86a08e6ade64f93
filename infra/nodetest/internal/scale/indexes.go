package scale

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

var errThrottled = fmt.Errorf("write to a partition: %w", webhook.ErrThrottled)

// perUnit is how many entries of an index one read unit reads.
const perUnit = 20

// indexes are what waits: the lines of integrations and the due index.
type indexes struct {
	dueParts  *capacity // of the due index; scaled, as all integrations share it
	waiting   map[string][]webhook.WaitingEntry
	lines     map[string]webhook.Line
	allFreeAt map[string]time.Time // of rates, by integration
	due       [webhook.DueShards][]dueEntry
}

type dueEntry struct {
	key string
	webhook.Due
}

func newIndexes(scale float64) indexes {
	return indexes{
		dueParts: newCapacity(partitionUnits / scale), waiting: map[string][]webhook.WaitingEntry{}, lines: map[string]webhook.Line{},
		allFreeAt: map[string]time.Time{},
	}
}

func (s *store) partition(d webhook.Dispatch) string {
	return partition(d.IntegrationID, d.ID, d.Shards)
}

func byCursor(e webhook.WaitingEntry, cursor string) int { return cmp.Compare(e.Cursor, cursor) }

func cursorOf(id string, accepted time.Time) string {
	return fmt.Sprintf("%016d#%s", accepted.UnixMicro(), id)
}

func (s *store) Park(ctx context.Context, d webhook.Dispatch) error {
	if err := s.write(ctx, s.parts, s.partition(d)); err != nil {
		return err
	}
	s.place(d)
	return s.SaveDispatch(ctx, d)
}

func (s *store) place(d webhook.Dispatch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cursor := cursorOf(d.ID, d.Accepted)
	list := s.waiting[d.IntegrationID]
	if at, found := slices.BinarySearchFunc(list, cursor, byCursor); !found {
		s.waiting[d.IntegrationID] = slices.Insert(list, at, webhook.WaitingEntry{Ref: d.Ref(), Accepted: d.Accepted, Cursor: cursor})
	}
}

func (s *store) Keeps(webhook.Dispatch) bool { return true }

func (s *store) RemoveWaiting(ctx context.Context, ref webhook.Ref, accepted time.Time) error {
	if err := s.read(ctx, 1); err != nil {
		return err
	}
	if err := s.write(ctx, s.parts, partition(ref.IntegrationID, ref.DispatchID, ref.Shards)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.waiting[ref.IntegrationID]
	at, found := slices.BinarySearchFunc(list, cursorOf(ref.DispatchID, accepted), byCursor)
	if found && s.logs[ref.IntegrationID].records[ref.DispatchID].Status != webhook.DispatchWaiting {
		s.waiting[ref.IntegrationID] = slices.Delete(list, at, at+1)
	}
	return nil
}

func (s *store) Waiting(ctx context.Context, integrationID string, q webhook.WaitingQuery) (page webhook.WaitingPage, err error) {
	if err := s.read(ctx, float64(q.Limit/perUnit+1)); err != nil {
		return page, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.waiting[integrationID])
	if q.Last {
		slices.Reverse(list)
	} else if q.After != "" {
		at, found := slices.BinarySearchFunc(list, q.After, byCursor)
		if found {
			at++
		}
		list = list[at:]
	}
	if len(list) > q.Limit {
		page.Next = list[q.Limit-1].Cursor
		list = list[:q.Limit]
	}
	page.Entries = list
	return page, nil
}

func (s *store) Line(ctx context.Context, integrationID string) (webhook.Line, error) {
	if err := s.read(ctx, 1); err != nil {
		return webhook.Line{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	line, ok := s.lines[integrationID]
	if !ok {
		return line, webhook.ErrNotFound
	}
	return line, nil
}

func (s *store) MoveLine(ctx context.Context, from, to webhook.Line) error {
	if err := s.PutDue(ctx, to.Due()); err != nil {
		return err
	}
	if err := s.write(ctx, s.parts, to.IntegrationID); err != nil {
		return err
	}
	if !s.swap(to.IntegrationID, from, to) {
		return webhook.ErrConflict
	}
	if from == (webhook.Line{}) || from.Due() == to.Due() {
		return nil
	}
	return s.RemoveDue(ctx, from.Due())
}

// swap replaces a line if it is still 'from', or 'to' already.
func (s *store) swap(integrationID string, from, to webhook.Line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stored := s.lines[integrationID]; stored != from && stored != to {
		return false
	}
	if s.lines[integrationID] = to; to == (webhook.Line{}) {
		delete(s.lines, integrationID)
	}
	return true
}

func (s *store) RemoveLine(ctx context.Context, line webhook.Line) error {
	if err := s.write(ctx, s.parts, line.IntegrationID); err != nil {
		return err
	}
	if !s.swap(line.IntegrationID, line, webhook.Line{}) {
		return webhook.ErrConflict
	}
	return s.RemoveDue(ctx, line.Due())
}

func dueKey(d webhook.Due) (key string, part int) {
	return fmt.Sprintf("%013d#%s#%s", d.At.UnixMilli(), d.IntegrationID, d.DispatchID), shard(d.IntegrationID+d.DispatchID, webhook.DueShards)
}

func byKey(e dueEntry, key string) int { return cmp.Compare(e.key, key) }

func (s *store) PutDue(ctx context.Context, d webhook.Due) error {
	return s.editDue(ctx, d, func(list []dueEntry, at int, key string) []dueEntry { return slices.Insert(list, at, dueEntry{key, d}) }, false)
}

func (s *store) RemoveDue(ctx context.Context, d webhook.Due) error {
	return s.editDue(ctx, d, func(list []dueEntry, at int, _ string) []dueEntry { return slices.Delete(list, at, at+1) }, true)
}

// editDue writes an entry, and edits the index if the entry is there or not as it should be.
func (s *store) editDue(ctx context.Context, d webhook.Due, edit func([]dueEntry, int, string) []dueEntry, there bool) error {
	key, part := dueKey(d)
	if err := s.write(ctx, s.dueParts, strconv.Itoa(part)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, found := slices.BinarySearchFunc(s.due[part], key, byKey); found == there {
		s.due[part] = edit(s.due[part], at, key)
	}
	return nil
}

// DueEntries of the model costs its entries only: the tick reads the empty index once for all that the
// model stands for.
func (s *store) DueEntries(ctx context.Context, q webhook.DueQuery) (page webhook.DuePage, err error) {
	defer func() {
		if len(page.Entries) > 0 {
			time.Sleep(roundTrip)
		}
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.due[q.Shard] {
		if !e.At.Before(q.Before) {
			break
		}
		if e.key <= q.After {
			continue
		}
		if len(page.Entries) == q.Limit {
			page.Next = dueKeyOf(page.Entries[q.Limit-1])
			break
		}
		page.Entries = append(page.Entries, e.Due)
	}
	s.use.read(float64(len(page.Entries)) / perUnit)
	return page, ctx.Err()
}

func dueKeyOf(d webhook.Due) string {
	key, _ := dueKey(d)
	return key
}

// Reserve is a conditional update, and a second one if the rate is not idle but has a free slot. DynamoDB
// bills updates whose condition fails.
func (s *store) Reserve(ctx context.Context, integrationID string, perMinute, burst int, now time.Time) (bool, error) {
	if perMinute <= 0 {
		return true, nil
	}
	idle, free := s.reserve(integrationID, webhook.Rate{PerMinute: perMinute, Burst: burst}, now)
	err := s.write(ctx, s.parts, "rate of "+integrationID)
	if err == nil && free && !idle {
		err = s.write(ctx, s.parts, "rate of "+integrationID)
	}
	return free && err == nil, err
}

func (s *store) reserve(integrationID string, rate webhook.Rate, now time.Time) (idle, free bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	idle = s.allFreeAt[integrationID].Before(now)
	next, free := rate.Take(s.allFreeAt[integrationID], now)
	if free {
		s.allFreeAt[integrationID] = next
	}
	return idle, free
}

func (s *store) GrowShards(ctx context.Context, userID, id string, from, to int) error {
	return s.change(ctx, userID, id, func(stored webhook.Integration) (webhook.Integration, bool) {
		same := max(stored.Shards, 1) == from
		stored.Shards = to
		return stored, same
	})
}

// Dispatches returns the newest of an integration, or those before one.
func (s *store) Dispatches(ctx context.Context, integrationID string, q webhook.DispatchQuery) (page webhook.DispatchPage, err error) {
	if err := s.read(ctx, float64(q.Limit)/4); err != nil {
		return page, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.logs[integrationID]
	end := len(l.ids)
	if q.After != "" {
		end, _ = slices.BinarySearch(l.ids, q.After)
	}
	for i := end - 1; i >= 0 && len(page.Dispatches) < q.Limit; i-- {
		page.Dispatches = append(page.Dispatches, l.records[l.ids[i]])
	}
	return page, nil
}

// parked reports whether the tick will find a dispatch.
func (s *store) parked(d webhook.Dispatch) bool {
	switch d.Status {
	case webhook.DispatchWaiting:
		_, found := slices.BinarySearchFunc(s.waiting[d.IntegrationID], cursorOf(d.ID, d.Accepted), byCursor)
		return found && s.lines[d.IntegrationID] != webhook.Line{}
	case webhook.DispatchRetrying:
		due := webhook.Due{At: d.NextAttemptAt, UserID: d.UserID, IntegrationID: d.IntegrationID, DispatchID: d.ID, Shards: d.Shards}
		key, part := dueKey(due)
		_, found := slices.BinarySearchFunc(s.due[part], key, byKey)
		return found
	}
	return false
}
