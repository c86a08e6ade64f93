package delivery

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	// maxLooks is how many times a decision is repeated because the record changed concurrently.
	maxLooks = 5

	// longestHide is less than the 12 hours that a queue allows, which count from the receive.
	// Messages that are due later are hidden again.
	longestHide = 12*time.Hour - 5*time.Minute

	// longestFirst is how long a message is hidden in the queue of first attempts, from which it moves
	// to the queue of retries when it comes into sight: a first wait and its jitter.
	longestFirst = 66 * time.Second

	// The wait after a fault of our own doubles with the receives, from the first to
	// the longest, so that the 50 receives that a queue allows outlast a day, and a
	// short fault costs a short wait.
	firstTrouble, longestTrouble = 5 * time.Second, time.Hour
)

// job is one message of a batch.
type job struct {
	*Handler
	raw    events.SQSMessage
	msg    webhook.Message
	stored webhook.Loaded
	points *pointList

	decodeErr error // of the message
	loadErr   error // of the stored dispatch and integration
	duplicate bool  // another message of the batch has the same dispatch
	keep      bool  // the result: the message stays in the queue
}

// run handles the message and reports whether it must stay in the queue.
func (j *job) run(ctx context.Context) (keep bool) {
	switch {
	case j.decodeErr != nil:
		return j.poison(ctx)
	case j.duplicate:
		return j.hide(ctx, j.cfg.Timeouts.duplicate())
	case j.loadErr != nil:
		return j.failed(ctx, "read dispatch", j.loadErr)
	case ctx.Err() != nil:
		return true
	}
	for range maxLooks {
		p := decide(j.msg, j.stored, j.cfg.Now(), j.cfg.Schedule.MaxWait)
		if p.step == stepPark && !j.cfg.Dispatches.Keeps(p.dispatch) {
			p = j.unparked(p)
		}
		switch p.step {
		case stepDrop:
			return j.drop(ctx, p.why)
		case stepWait:
			return j.later(ctx, p.dispatch, p.due, j.cfg.Timeouts.duplicate())
		case stepAttempt:
			free, err := j.reserve(ctx, p.dispatch)
			switch {
			case err != nil:
				return j.failed(ctx, "reserve a request", err)
			case free:
				return j.attempt(ctx, p.dispatch)
			}
			j.health.exceeded(ctx, j.stored.Integration)
			p.step, p.why = stepPark, waitsFor(webhook.Breaker{Rate: true})
		}
		keep, err := j.settle(ctx, p)
		if !errors.Is(err, webhook.ErrConflict) {
			return keep || err != nil && j.failed(ctx, "record dispatch", err)
		}
		if err := j.reload(ctx); err != nil {
			return j.failed(ctx, "read dispatch", err)
		}
	}
	return j.backOff(ctx)
}

// settle records what becomes of the dispatch without an attempt.
func (j *job) settle(ctx context.Context, p plan) (keep bool, err error) {
	if p.step == stepPark {
		return j.park(ctx, p.dispatch, p.why)
	}
	err = j.end(ctx, p)
	if err == nil {
		j.leaveLine(ctx, p.dispatch)
	}
	return false, err
}

// end records that the dispatch ended without an attempt.
func (j *job) end(ctx context.Context, p plan) error {
	if p.step == stepHold {
		err := j.cfg.Dispatches.HoldDispatch(ctx, p.dispatch.Ending(webhook.DispatchHeld, p.why, j.cfg.Now()))
		if err == nil {
			j.points.add(metrics.Count(metrics.Held))
			j.line(ctx, slog.LevelInfo, "held")
			j.health.held(ctx, j.stored.Integration)
		}
		return err
	}
	err := j.cfg.Dispatches.SaveDispatch(ctx, p.dispatch.Ending(webhook.DispatchFailed, p.why, j.cfg.Now()))
	if err == nil {
		j.points.add(metrics.Because(metrics.Failed, causeDisabled))
		j.line(ctx, slog.LevelInfo, "ended", slog.String(logkey.Reason, p.why))
	}
	return err
}

func (j *job) reload(ctx context.Context) error {
	loaded, err := j.cfg.Dispatches.Load(ctx, []webhook.Ref{j.msg.Ref})
	if err != nil {
		return err
	}
	j.stored = loaded[0]
	return nil
}

// poison leaves an unreadable message in the queue, whose redrive moves it to the dead-letter
// queue.
func (j *job) poison(ctx context.Context) (keep bool) {
	j.points.add(metrics.Count(metrics.Poison))
	j.cfg.Log.LogAttrs(ctx, slog.LevelError, "decode message failed",
		slog.String(logkey.MessageID, j.raw.MessageId), slog.String(logkey.Error, j.decodeErr.Error()))
	return true
}

func (j *job) drop(ctx context.Context, cause string) (keep bool) {
	j.points.add(metrics.Because(metrics.Dropped, cause))
	j.line(ctx, slog.LevelInfo, "dropped", slog.String(logkey.Cause, cause))
	return false
}

// failed logs an internal error and keeps the message in the queue.
func (j *job) failed(ctx context.Context, doing string, err error) (keep bool) {
	if ctx.Err() == nil {
		j.line(ctx, slog.LevelError, doing+" failed", slog.String(logkey.Error, err.Error()))
	}
	return j.backOff(ctx)
}

// backOff hides a message after an error that the receiver did not cause.
func (j *job) backOff(ctx context.Context) (keep bool) {
	wait := firstTrouble
	for range j.receives() - j.cfg.Schedule.MaxAttempts {
		if wait *= 2; wait >= longestTrouble {
			break
		}
	}
	return j.hide(ctx, min(wait, longestTrouble))
}

func (j *job) receives() int {
	n, _ := strconv.Atoi(j.raw.Attributes["ApproximateReceiveCount"])
	return n
}

// hide makes the message invisible for d. If the call fails, the message returns after the queue's
// visibility timeout and is hidden then.
func (j *job) hide(ctx context.Context, d time.Duration) (keep bool) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return true // shutting down: the queue gives the message to another worker
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), j.cfg.Timeouts.Record)
	defer cancel()
	if j.receives() <= 1 {
		d = min(d, max(longestFirst, j.cfg.Schedule.Wait(1, 1)))
	}
	if err := j.cfg.Queue.Hide(ctx, j.raw, min(d, longestHide)); err != nil {
		j.line(ctx, slog.LevelWarn, "hide message failed", slog.String(logkey.Error, err.Error()))
	}
	return true
}
