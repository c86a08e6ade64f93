package sqlitestore

import (
	"context"
	"errors"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Load returns the stored state for each ref, in the order of refs. What does not exist or has
// expired is zero.
func (s *Store) Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error) {
	loaded := make([]webhook.Loaded, len(refs))
	for i, ref := range refs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if loaded[i], err = s.load(ref); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

func (s *Store) load(ref webhook.Ref) (l webhook.Loaded, err error) {
	if l.Integration, err = s.integration(ref.UserID, ref.IntegrationID); err != nil && !errors.Is(err, webhook.ErrNotFound) {
		return l, err
	}
	if absent, err := s.isAbsent(ref); absent || err != nil {
		return l, err
	}
	r, err := readDispatch(s.read, ref.IntegrationID, ref.DispatchID)
	switch {
	case errors.Is(err, webhook.ErrNotFound):
		return l, nil
	case err != nil:
		return l, err
	case r.expires > millis(s.opt.Now()):
		l.Dispatch, l.Err = r.dispatch() // an unreadable record affects only its ref
	}
	return l, nil
}

// isAbsent reports whether the dispatch certainly has no record.
func (s *Store) isAbsent(ref webhook.Ref) (bool, error) {
	sure, known, mark := s.absent.sure(ref.IntegrationID, ref.DispatchID)
	if known {
		return sure, nil
	}
	const query = `SELECT coalesce(max(id), '') FROM dispatches WHERE integration_id = ?`
	var largest string
	if err := s.read.row(query, []any{ref.IntegrationID}, []any{&largest}); err != nil {
		return false, err
	}
	s.absent.learn(ref.IntegrationID, largest, mark)
	return false, nil
}
