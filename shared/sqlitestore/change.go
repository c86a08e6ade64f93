package sqlitestore

import (
	"context"
	"reflect"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// UpdateIntegration replaces version in.Version-1 with in. It returns webhook.ErrConflict if the
// stored version is another one, and webhook.ErrNotFound if the integration does not exist.
// Repeating an identical update succeeds.
func (s *Store) UpdateIntegration(ctx context.Context, in webhook.Integration) error {
	in = cloneIntegration(in)
	return s.changing(ctx, in.UserID, in.ID, func(t *tx) error {
		stored, err := readIntegration(t, in.UserID, in.ID)
		switch {
		case err != nil:
			return err
		case sameVersion(stored, in):
			return nil
		case stored.Version != in.Version-1:
			return webhook.ErrConflict
		}
		if err := s.replaced(t, stored); err != nil {
			return err
		}
		if err := insertVersion(t, in); err != nil {
			return err
		}
		const update = `UPDATE integrations SET version = ?, failing_since = ?, notified = ?, breaker = ? WHERE user_id = ? AND id = ?`
		return t.exec(update, append(append([]any{in.Version}, healthValues(in.Health)...), in.UserID, in.ID)...)
	})
}

// changing is write for changes of an integration: it invalidates the caches.
func (s *Store) changing(ctx context.Context, userID, id string, do op) error {
	return s.writeThen(ctx, do, func(error) {
		s.integrations.forget(id)
		s.subscribed.forget(userID)
	})
}

// sameVersion compares everything that a version contains, which excludes health.
func sameVersion(a, b webhook.Integration) bool {
	return reflect.DeepEqual(versionValues(a), versionValues(b))
}

// replaced records when a version was replaced.
func (s *Store) replaced(t *tx, in webhook.Integration) error {
	return t.exec(`UPDATE versions SET replaced_at = ? WHERE integration_id = ? AND version = ?`, millis(s.opt.Now()), in.ID, in.Version)
}

// DeleteIntegration deletes the integration if its version is the given one. Otherwise it returns
// webhook.ErrConflict, or webhook.ErrNotFound if the integration does not exist.
func (s *Store) DeleteIntegration(ctx context.Context, userID, id string, version int) error {
	return s.changing(ctx, userID, id, func(t *tx) error {
		stored, err := readIntegration(t, userID, id)
		switch {
		case err != nil:
			return err
		case stored.Version != version:
			return webhook.ErrConflict
		}
		if err := s.replaced(t, stored); err != nil {
			return err
		}
		return t.exec(`DELETE FROM integrations WHERE user_id = ? AND id = ?`, userID, id)
	})
}
