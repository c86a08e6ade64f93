package delivery

import (
	"context"
	"errors"
	"log/slog"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// disable turns off the integration whose receiver wants no more. Who has changed
// the integration meanwhile is heard: it is disabled only if it is still active and still
// calls the same URL. If the store is faulty, the next 410 does it.
func (j *job) disable(ctx context.Context, in webhook.Integration, reason string) {
	calls := in.RequestURL
	err := change(ctx, j.cfg.Integrations, in, func(in webhook.Integration) (webhook.Integration, bool) {
		if in.Status != webhook.Active || in.RequestURL != calls {
			return in, false
		}
		next := in.Changed(j.cfg.Now())
		next.Status, next.StatusReason = webhook.Disabled, reason
		return next, true
	})
	if err != nil {
		j.line(ctx, slog.LevelError, "fault", slog.String("doing", "disable integration"), slog.String("error", err.Error()))
	}
}

// change replaces an integration by what edit makes of it, reading it again when someone else
// was faster, until edit reports false, which is no error. An integration that is gone needs
// no change.
func change(ctx context.Context, store Integrations, in webhook.Integration, edit func(webhook.Integration) (webhook.Integration, bool)) error {
	for range maxLooks {
		next, ok := edit(in)
		if !ok {
			return nil
		}
		err := store.UpdateIntegration(ctx, next)
		if errors.Is(err, webhook.ErrConflict) {
			in, err = store.Integration(ctx, in.UserID, in.ID)
			if err == nil {
				continue
			}
		}
		if errors.Is(err, webhook.ErrNotFound) {
			return nil
		}
		return err
	}
	return webhook.ErrConflict
}
