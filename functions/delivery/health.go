package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// pausedReason is the status reason of an integration that failed for too long.
const pausedReason = "every attempt failed for too long: fix the receiver, then set the integration to active and recover the held dispatches"

// healthKeeper keeps the health of integrations. An integration in good health, and
// one whose stage of failing has not changed, costs no write.
//
// Its faults are logged, never returned: what it did not get done the next attempt
// finds undone, because a stage counts as notified only once the notice went out.
type healthKeeper struct {
	store      Integrations
	notices    Notices
	pauseAfter webhook.PauseAfter
	now        func() time.Time
	log        *slog.Logger
}

// attempted takes the outcome of an attempt that was no test. A fault of our own
// says nothing about the integration.
func (k healthKeeper) attempted(ctx context.Context, in webhook.Integration, o webhook.Outcome) {
	var err error
	switch {
	case o.Code == "":
		err = k.heal(ctx, in)
	case o.Code != webhook.CodeInternal:
		err = k.fail(ctx, in, o.Message)
	}
	k.report(ctx, in, err)
}

// held repeats the notice of a pause that did not go out when the integration was
// paused: nothing is attempted any more that would.
func (k healthKeeper) held(ctx context.Context, in webhook.Integration) {
	if in.StatusReason == pausedReason && in.Health.Failing() && in.Health.Notified < webhook.NoticePaused {
		k.report(ctx, in, k.notify(ctx, in, in.Health, webhook.NoticePaused, pausedReason))
	}
}

func (k healthKeeper) report(ctx context.Context, in webhook.Integration, err error) {
	if err != nil {
		k.log.LogAttrs(ctx, slog.LevelWarn, "save health failed; the next attempt repeats it",
			slog.String(logkey.IntegrationID, in.ID), slog.String(logkey.UserID, in.UserID), slog.String(logkey.Error, err.Error()))
	}
}

// heal ends a run of failures.
func (k healthKeeper) heal(ctx context.Context, in webhook.Integration) error {
	for range maxLooks {
		if !in.Health.Failing() {
			return nil
		}
		err := k.store.SaveHealth(ctx, in.UserID, in.ID, in.Health, webhook.Health{})
		if !errors.Is(err, webhook.ErrConflict) {
			return ignoreGone(err)
		}
		if in, err = k.store.Integration(ctx, in.UserID, in.ID); err != nil {
			return ignoreGone(err)
		}
	}
	return webhook.ErrConflict
}

// fail begins a run of failures, or takes it to the stage that is due.
func (k healthKeeper) fail(ctx context.Context, in webhook.Integration, why string) error {
	h := in.Health
	if !h.Failing() || h.Notified == webhook.NoticePaused {
		return k.begin(ctx, in, why) // after a pause that the user ended, the time until the next one starts again
	}
	stage := k.pauseAfter.Due(h, k.now())
	switch {
	case stage <= h.Notified:
		return nil
	case stage == webhook.NoticePaused:
		if paused, err := k.pause(ctx, in); err != nil || !paused {
			return err
		}
	}
	return k.notify(ctx, in, h, stage, why)
}

// begin writes down since when it fails. Of several that fail at once one wins, and
// tells.
func (k healthKeeper) begin(ctx context.Context, in webhook.Integration, why string) error {
	h := webhook.Health{FailingSince: k.now().UTC()}
	err := k.store.SaveHealth(ctx, in.UserID, in.ID, in.Health, h)
	if errors.Is(err, webhook.ErrConflict) {
		return nil
	}
	if err != nil {
		return ignoreGone(err)
	}
	return k.notify(ctx, in, h, webhook.NoticeFailing, why)
}

// pause stops the integration unless it has recovered or was stopped concurrently.
func (k healthKeeper) pause(ctx context.Context, in webhook.Integration) (paused bool, err error) {
	since := in.Health.FailingSince
	err = change(ctx, k.store, in, func(in webhook.Integration) (webhook.Integration, bool) {
		paused = in.Status == webhook.Active && in.Health.FailingSince.Equal(since)
		if !paused {
			return in, false
		}
		next := in.Changed(k.now())
		next.Status, next.StatusReason = webhook.Paused, pausedReason
		return next, true
	})
	return paused, err
}

// notify tells the platform, then writes down that it was told.
func (k healthKeeper) notify(ctx context.Context, in webhook.Integration, h webhook.Health, stage webhook.NoticeKind, why string) error {
	if err := k.notices.Notify(ctx, k.pauseAfter.NewNotice(in, h, stage, why)); err != nil {
		return err
	}
	told := h
	told.Notified = stage
	err := k.store.SaveHealth(ctx, in.UserID, in.ID, h, told)
	if errors.Is(err, webhook.ErrConflict) {
		return nil // it healed, or another attempt has told too
	}
	return ignoreGone(err)
}

func ignoreGone(err error) error {
	if errors.Is(err, webhook.ErrNotFound) {
		return nil
	}
	return err
}

// disable turns off the integration whose receiver answered 410. A concurrent edit wins: the
// integration is disabled only if it is still active and still calls the same URL. If the store
// fails, the next 410 disables it.
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
		j.line(ctx, slog.LevelError, "disable integration failed", slog.String(logkey.Error, err.Error()))
	}
}

// change applies edit to the integration and stores the result. On a conflict it re-reads the
// integration and edits again. It returns nil if edit reports false or the integration no longer
// exists.
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
