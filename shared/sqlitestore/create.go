package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// CreateIntegration stores version 1 of an integration and returns what is now stored. See
// webhook.CreateOptions. It returns webhook.ErrQuota, webhook.ErrKeyReused, webhook.ErrNotFound if
// the key's integration has been deleted, and webhook.ErrConflict if the id is taken.
func (s *Store) CreateIntegration(ctx context.Context, in webhook.Integration, opt webhook.CreateOptions) (webhook.Integration, error) {
	in = cloneIntegration(in) // if ctx ends, the caller may change in before it is written
	var stored webhook.Integration
	err := s.changing(ctx, in.UserID, in.ID, func(t *tx) (err error) {
		if opt.Key != "" {
			id, err := s.keyed(t, in.UserID, opt)
			if err != nil {
				return err
			}
			if id != "" {
				stored, err = readIntegration(t, in.UserID, id)
				return err
			}
		}
		if err := s.create(t, in, opt); err != nil {
			return err
		}
		stored, err = readIntegration(t, in.UserID, in.ID)
		return err
	})
	if err != nil {
		return webhook.Integration{}, err // the op may still be writing to stored
	}
	return stored, nil
}

// keyed returns the id of the integration that the key created, or "".
func (s *Store) keyed(t *tx, userID string, opt webhook.CreateOptions) (id string, err error) {
	const query = `SELECT integration_id, fingerprint FROM keys WHERE user_id = ? AND key = ? AND until > ?`
	var fingerprint string
	err = t.row(query, []any{userID, opt.Key, millis(s.opt.Now())}, []any{&id, &fingerprint})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err == nil && fingerprint != opt.Fingerprint:
		return "", webhook.ErrKeyReused
	}
	return id, err
}

func (s *Store) create(t *tx, in webhook.Integration, opt webhook.CreateOptions) error {
	var taken bool
	var count int
	if err := t.row(`SELECT EXISTS (SELECT 1 FROM versions WHERE integration_id = ?)`, []any{in.ID}, []any{&taken}); err != nil {
		return err
	}
	if err := t.row(`SELECT count(*) FROM integrations WHERE user_id = ?`, []any{in.UserID}, []any{&count}); err != nil {
		return err
	}
	switch {
	case taken:
		return webhook.ErrConflict
	case count >= opt.Quota:
		return webhook.ErrQuota
	}
	if err := insertVersion(t, in); err != nil {
		return err
	}
	const insert = `INSERT INTO integrations (user_id, id, version, shards, failing_since, notified, breaker) VALUES (?, ?, ?, ?, ?, ?, ?)`
	if err := t.exec(insert, append([]any{in.UserID, in.ID, in.Version, in.Shards}, healthValues(in.Health)...)...); err != nil {
		return err
	}
	if opt.Key == "" {
		return nil
	}
	const key = `INSERT OR REPLACE INTO keys (user_id, key, integration_id, fingerprint, until) VALUES (?, ?, ?, ?, ?)`
	return t.exec(key, in.UserID, opt.Key, in.ID, opt.Fingerprint, millis(opt.KeyUntil))
}

// insertVersionSQL uses the column names of versionColumns without their table prefix.
var insertVersionSQL = "INSERT INTO versions (" + strings.ReplaceAll(versionColumns, "v.", "") + ") VALUES (?" +
	strings.Repeat(", ?", strings.Count(versionColumns, ",")) + ")"

func insertVersion(t *tx, in webhook.Integration) error {
	return t.exec(insertVersionSQL, versionValues(in)...)
}
