package api_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// store is the node's store with hooks around its calls.
type store struct {
	*sqlitestore.Store
	fail   func(method string) error // called before each call, which fails if it returns an error; may be nil
	before func(method string)       // called before each call, for concurrent changes; may be nil
}

func openStore(t *testing.T, opt sqlitestore.Options) *store {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "webhooks.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &store{Store: s}
}

func (s *store) enter(method string) error {
	if s.before != nil {
		s.before(method)
	}
	if s.fail != nil {
		return s.fail(method)
	}
	return nil
}

func (s *store) Integration(ctx context.Context, userID, id string) (webhook.Integration, error) {
	if err := s.enter("Integration"); err != nil {
		return webhook.Integration{}, err
	}
	return s.Store.Integration(ctx, userID, id)
}

func (s *store) Integrations(ctx context.Context, userID, after string, limit int) ([]webhook.Integration, string, error) {
	if err := s.enter("Integrations"); err != nil {
		return nil, "", err
	}
	return s.Store.Integrations(ctx, userID, after, limit)
}

func (s *store) UpdateIntegration(ctx context.Context, in webhook.Integration) error {
	if err := s.enter("UpdateIntegration"); err != nil {
		return err
	}
	return s.Store.UpdateIntegration(ctx, in)
}

func (s *store) DeleteIntegration(ctx context.Context, userID, id string, version int) error {
	if err := s.enter("DeleteIntegration"); err != nil {
		return err
	}
	return s.Store.DeleteIntegration(ctx, userID, id, version)
}

func (s *store) Version(ctx context.Context, id string, n int) (webhook.Integration, error) {
	if err := s.enter("Version"); err != nil {
		return webhook.Integration{}, err
	}
	return s.Store.Version(ctx, id, n)
}

func (s *store) Dispatches(ctx context.Context, id string, q webhook.DispatchQuery) (webhook.DispatchPage, error) {
	if err := s.enter("Dispatches"); err != nil {
		return webhook.DispatchPage{}, err
	}
	return s.Store.Dispatches(ctx, id, q)
}

func (s *store) SaveDispatch(ctx context.Context, d webhook.Dispatch) error {
	if err := s.enter("SaveDispatch"); err != nil {
		return err
	}
	return s.Store.SaveDispatch(ctx, d)
}

// outbox is a queue that records messages.
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
