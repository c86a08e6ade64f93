package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// firstPause is the pause after the first store error. It doubles with each further one.
const firstPause = 50 * time.Millisecond

// saved is the stored result of an attempt.
type saved struct {
	dispatch webhook.Dispatch
	other    bool // another copy of the message recorded an attempt instead of this one
}

// record stores the attempt. It retries store errors until ctx ends. On a conflict it re-reads the
// record and decides again.
func (j *job) record(ctx context.Context, d webhook.Dispatch, a webhook.Attempt, v webhook.Verdict) (saved, error) {
	now := j.cfg.Now()
	for range maxLooks {
		next := d.After(a, v, now)
		err := j.persist(ctx, func() error { return j.cfg.Dispatches.SaveDispatch(ctx, next) })
		if !errors.Is(err, webhook.ErrConflict) {
			return saved{dispatch: next}, err
		}
		if err := j.persist(ctx, func() error { return j.reload(ctx) }); err != nil {
			return saved{}, err
		}
		theirs := j.stored.Dispatch
		if !supersedes(d, a, v, theirs) {
			return saved{dispatch: theirs, other: true}, nil
		}
		d = inRound(j.msg, theirs)
	}
	return saved{}, webhook.ErrConflict
}

// supersedes reports whether an attempt must still be recorded after someone else updated the
// record: either they recorded no attempt (the API marked the dispatch as queued, or an older round
// ended), or this attempt succeeded and theirs did not.
func supersedes(d webhook.Dispatch, a webhook.Attempt, v webhook.Verdict, theirs webhook.Dispatch) bool {
	switch {
	case theirs.Revision == 0 || theirs.Round > d.Round:
		return false
	case theirs.Round < d.Round:
		return true
	case v.Status == webhook.DispatchSucceeded:
		return theirs.Status != webhook.DispatchSucceeded
	}
	return !theirs.Status.Ended() && theirs.NextNumber() == a.Number
}

// persist retries do until ctx ends. It does not retry errors that are the store's answer, such as
// a conflict.
func (j *job) persist(ctx context.Context, do func() error) error {
	grown := false
	for pause := firstPause; ; pause *= 2 {
		err := do()
		if errors.Is(err, webhook.ErrThrottled) && !grown {
			grown = true
			j.growShards(ctx)
		}
		if err == nil || errors.Is(err, webhook.ErrConflict) || errors.Is(err, webhook.ErrNotFound) || errors.Is(err, webhook.ErrNewerFormat) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// growShards spreads the integration's coming dispatches over twice as many parts of the store: this
// one has met the limit of a part. Others do the same, and one of them wins.
func (j *job) growShards(ctx context.Context) {
	in := j.stored.Integration
	from := max(in.Shards, 1)
	if from >= webhook.MaxShards || j.msg.Shards < in.Shards { // the messages on their way know nothing of the growth yet
		return
	}
	err := j.cfg.Integrations.GrowShards(ctx, in.UserID, in.ID, from, 2*from)
	if err != nil && !errors.Is(err, webhook.ErrConflict) && !errors.Is(err, webhook.ErrNotFound) {
		j.line(ctx, slog.LevelWarn, "grow shards failed", slog.String(logkey.Error, err.Error()))
	}
}
