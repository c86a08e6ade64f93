package api_test

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// memory is a store in memory that keeps the promises of package storetest, as far
// as one process without a clock can.
type memory struct {
	mu           sync.Mutex
	integrations map[string]webhook.Integration
	versions     map[string][]webhook.Integration
	keys         map[string]usedKey
	dispatches   map[string]webhook.Dispatch

	fail   func(method string) error // before a method takes effect; nil: never
	before func(method string)       // runs first; for what comes between reading and writing
}

type usedKey struct{ id, fingerprint string }

func newMemory() *memory {
	return &memory{
		integrations: map[string]webhook.Integration{}, versions: map[string][]webhook.Integration{},
		keys: map[string]usedKey{}, dispatches: map[string]webhook.Dispatch{},
	}
}

func (m *memory) enter(method string) error {
	if m.before != nil {
		m.before(method)
	}
	if m.fail != nil {
		return m.fail(method)
	}
	return nil
}

func (m *memory) CreateIntegration(_ context.Context, in webhook.Integration, opt webhook.CreateOptions) (webhook.Integration, error) {
	if err := m.enter("CreateIntegration"); err != nil {
		return in, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if used, ok := m.keys[in.UserID+" "+opt.Key]; ok && opt.Key != "" {
		earlier, ok := m.integrations[used.id]
		switch {
		case used.fingerprint != opt.Fingerprint:
			return in, webhook.ErrKeyReused
		case !ok:
			return in, webhook.ErrNotFound
		}
		return earlier, nil
	}
	owned := 0
	for _, other := range m.integrations {
		if other.UserID == in.UserID {
			owned++
		}
	}
	if owned >= opt.Quota {
		return in, webhook.ErrQuota
	}
	if opt.Key != "" {
		m.keys[in.UserID+" "+opt.Key] = usedKey{in.ID, opt.Fingerprint}
	}
	m.put(in)
	return in, nil
}

func (m *memory) put(in webhook.Integration) {
	m.integrations[in.ID] = in
	m.versions[in.ID] = append(m.versions[in.ID], in)
}

func (m *memory) Integration(_ context.Context, userID, id string) (webhook.Integration, error) {
	if err := m.enter("Integration"); err != nil {
		return webhook.Integration{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	in, ok := m.integrations[id]
	if !ok || in.UserID != userID {
		return webhook.Integration{}, webhook.ErrNotFound
	}
	return in, nil
}

func (m *memory) Integrations(_ context.Context, userID, after string, limit int) ([]webhook.Integration, string, error) {
	if err := m.enter("Integrations"); err != nil {
		return nil, "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var page []webhook.Integration
	for _, id := range slices.Sorted(maps.Keys(m.integrations)) {
		if in := m.integrations[id]; in.UserID == userID && id > after {
			if len(page) == limit {
				return page, page[limit-1].ID, nil
			}
			page = append(page, in)
		}
	}
	return page, "", nil
}

func (m *memory) UpdateIntegration(_ context.Context, in webhook.Integration) error {
	if err := m.enter("UpdateIntegration"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	current, ok := m.integrations[in.ID]
	switch {
	case !ok:
		return webhook.ErrNotFound
	case current.Version != in.Version-1:
		return webhook.ErrConflict
	}
	in.Health = current.Health
	m.put(in)
	return nil
}

func (m *memory) DeleteIntegration(_ context.Context, userID, id string, version int) error {
	if err := m.enter("DeleteIntegration"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	in, ok := m.integrations[id]
	switch {
	case !ok || in.UserID != userID:
		return webhook.ErrNotFound
	case in.Version != version:
		return webhook.ErrConflict
	}
	delete(m.integrations, id)
	return nil
}

func (m *memory) Version(_ context.Context, id string, n int) (webhook.Integration, error) {
	if err := m.enter("Version"); err != nil {
		return webhook.Integration{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.versions[id] {
		if v.Version == n {
			return v, nil
		}
	}
	return webhook.Integration{}, webhook.ErrNotFound
}

func (m *memory) SaveHealth(_ context.Context, userID, id string, from, to webhook.Health) error {
	if err := m.enter("SaveHealth"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	in, ok := m.integrations[id]
	switch {
	case !ok || in.UserID != userID:
		return webhook.ErrNotFound
	case in.Health != from:
		return webhook.ErrConflict
	}
	in.Health = to
	m.integrations[id] = in
	return nil
}

func (m *memory) Dispatch(_ context.Context, integrationID, id string) (webhook.Dispatch, error) {
	if err := m.enter("Dispatch"); err != nil {
		return webhook.Dispatch{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	d, ok := m.dispatches[integrationID+" "+id]
	if !ok {
		return d, webhook.ErrNotFound
	}
	return d, nil
}

func (m *memory) Dispatches(_ context.Context, integrationID string, q webhook.DispatchQuery) (webhook.DispatchPage, error) {
	if err := m.enter("Dispatches"); err != nil {
		return webhook.DispatchPage{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.Collect(maps.Values(m.dispatches))
	slices.SortFunc(all, func(a, b webhook.Dispatch) int {
		if q.OldestFirst {
			a, b = b, a
		}
		return bytes.Compare([]byte(b.ID), []byte(a.ID))
	})
	var page webhook.DispatchPage
	for _, d := range all {
		behind := q.After == "" || q.OldestFirst && d.ID > q.After || !q.OldestFirst && d.ID < q.After
		wanted := d.IntegrationID == integrationID && behind &&
			(q.Since.IsZero() || !d.CreatedAt.Before(q.Since)) && (q.Until.IsZero() || d.CreatedAt.Before(q.Until)) &&
			(len(q.Statuses) == 0 || slices.Contains(q.Statuses, d.Status))
		if !wanted {
			continue
		}
		if len(page.Dispatches) == q.Limit {
			page.Next = page.Dispatches[q.Limit-1].ID
			break
		}
		page.Dispatches = append(page.Dispatches, d)
	}
	return page, nil
}

func (m *memory) SaveDispatch(_ context.Context, d webhook.Dispatch) error {
	if err := m.enter("SaveDispatch"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := d.IntegrationID + " " + d.ID
	if m.dispatches[key].Revision != d.Revision-1 {
		return webhook.ErrConflict
	}
	m.dispatches[key] = d
	return nil
}

// outbox is a queue that keeps what it is sent.
type outbox struct {
	mu   sync.Mutex
	sent []webhook.Message
	fail error
}

func (o *outbox) Send(_ context.Context, messages []webhook.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return o.fail
	}
	o.sent = append(o.sent, messages...)
	return nil
}
