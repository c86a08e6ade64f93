package delivery

import (
	"context"
	"errors"
	"log/slog"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// errTooLate reports that there is no time left for an attempt. A shorter attempt would blame the
// receiver for time that was spent elsewhere.
var errTooLate = errors.New("the invocation leaves too little time: its timeout must exceed that of an attempt, and the store must not be slow")

// attempt sends the request, decides the next step and records both.
func (j *job) attempt(ctx context.Context, d webhook.Dispatch) (keep bool) {
	if j.timeLeft(ctx) < j.cfg.Timeouts.Attempt/3 {
		return j.failed(ctx, "begin attempt", errTooLate)
	}
	in := j.stored.Integration
	a, o := j.send(ctx, in, d)
	if o.Code != "" && errors.Is(ctx.Err(), context.Canceled) {
		return true // cut off by a shutdown, which says nothing about the receiver
	}
	n := d.AttemptsInRound() + 1
	v := j.cfg.Schedule.Judge(o, n, in.DoNotRetry, j.cfg.Jitter())

	// The outcome must be recorded even during a shutdown.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), j.cfg.Timeouts.Record)
	defer cancel()
	test := d.Trigger == webhook.TriggerTest
	if o.Code != "" && !test && j.health.failed(ctx, in, d, o, a.StartedAt) && v.MayWait && j.cfg.Dispatches.Keeps(d) {
		return j.waitInstead(ctx, d, a)
	}
	saved, err := j.record(ctx, d, a, v)
	j.report(ctx, a, v, saved, err)
	switch {
	case err != nil:
		return j.backOff(ctx)
	case saved.other:
		return j.afterOther(ctx, saved.dispatch)
	}
	j.leaveLine(ctx, d)
	if v.Disable {
		j.disable(ctx, in, v.Reason)
	}
	if o.Code == "" {
		j.health.succeeded(ctx, in, test)
	}
	if v.Status == webhook.DispatchRetrying {
		return j.later(ctx, saved.dispatch, saved.dispatch.NextAttemptAt, 0)
	}
	return false
}

// waitInstead follows a failed attempt that leaves the endpoint's breaker open: the dispatch waits for
// the endpoint, and the attempt is not counted. One that waits already keeps its place.
func (j *job) waitInstead(ctx context.Context, d webhook.Dispatch, a webhook.Attempt) (keep bool) {
	j.report(ctx, a, webhook.Verdict{Status: webhook.DispatchWaiting}, saved{}, nil)
	if d.Status == webhook.DispatchWaiting {
		return false
	}
	keep, err := j.park(ctx, d, "waits until the endpoint works again: "+a.Message)
	if err != nil { // a conflict among them: what is stored is looked at again when the message comes back
		return j.failed(ctx, "record dispatch", err)
	}
	return keep
}

// leaveLine removes the place of a dispatch that waited. A place that stays is removed by the tick.
func (j *job) leaveLine(ctx context.Context, d webhook.Dispatch) {
	if d.Status != webhook.DispatchWaiting {
		return
	}
	if err := j.cfg.Dispatches.RemoveWaiting(ctx, d.Ref(), d.Accepted); err != nil {
		j.line(ctx, slog.LevelWarn, "remove waiting entry failed", slog.String(logkey.Error, err.Error()))
	}
}

// afterOther follows when another copy of the message has recorded this attempt first.
func (j *job) afterOther(ctx context.Context, theirs webhook.Dispatch) (keep bool) {
	if theirs.Revision == 0 || theirs.Status.Ended() || theirs.Round > j.msg.Round {
		return false
	}
	return j.hide(ctx, theirs.NextAttemptAt.Sub(j.cfg.Now())+j.cfg.Timeouts.duplicate())
}

// report logs and counts the attempt.
func (j *job) report(ctx context.Context, a webhook.Attempt, v webhook.Verdict, s saved, err error) {
	attrs := []slog.Attr{
		slog.Int(logkey.Attempt, a.Number), slog.Int(logkey.Version, a.IntegrationVersion),
		slog.Int(logkey.Status, a.ResponseStatus),
		slog.Int64(logkey.DurationMs, a.Duration.Milliseconds()), slog.String(logkey.Outcome, string(v.Status)),
	}
	if a.Code != "" {
		attrs = append(attrs, slog.String(logkey.ErrorCode, string(a.Code)))
	}
	level := slog.LevelInfo
	switch {
	case err != nil:
		level = slog.LevelError
		attrs = append(attrs, slog.String(logkey.Error, "not recorded, so it will be repeated: "+err.Error()))
	case s.other:
		attrs = append(attrs, slog.Bool(logkey.RecordedByOther, true))
	default:
		attrs = append(attrs, j.count(a, v)...)
	}
	j.line(ctx, level, "attempt", attrs...)
}

func (j *job) count(a webhook.Attempt, v webhook.Verdict) []slog.Attr {
	if a.Code == webhook.CodeRender {
		j.points.add(metrics.Count(metrics.RenderFaults))
	}
	switch v.Status {
	case webhook.DispatchSucceeded:
		latency := max(a.StartedAt.Add(a.Duration).Sub(j.msg.Accepted), 0)
		j.points.add(metrics.Count(metrics.Delivered),
			metrics.Point{Name: metrics.DeliveryLatency, Value: float64(latency.Milliseconds())})
		return []slog.Attr{slog.Int64(logkey.LatencyMs, latency.Milliseconds())}
	case webhook.DispatchFailed:
		j.points.add(metrics.Because(metrics.Failed, string(a.Code)))
		return nil
	}
	j.points.add(metrics.Because(metrics.Retried, string(a.Code)))
	return []slog.Attr{slog.Int64(logkey.WaitMs, v.Wait.Milliseconds())}
}

// line writes a log line about the message. Log lines contain ids and outcomes, never URLs,
// payloads, header values or response bodies.
func (j *job) line(ctx context.Context, level slog.Level, text string, attrs ...slog.Attr) {
	j.cfg.Log.LogAttrs(ctx, level, text, append(j.attrs(), attrs...)...)
}

func (j *job) attrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String(logkey.DispatchID, j.msg.DispatchID), slog.String(logkey.IntegrationID, j.msg.IntegrationID),
		slog.String(logkey.UserID, j.msg.UserID), slog.String(logkey.EventType, string(j.msg.EventType)),
		slog.String(logkey.Trigger, string(j.msg.Trigger)),
	}
	if j.msg.Round > 0 { // only for redeliveries: log storage is billed by the byte
		attrs = append(attrs, slog.Int(logkey.Round, j.msg.Round))
	}
	return attrs
}
