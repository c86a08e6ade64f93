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
	saved, err := j.record(ctx, d, a, v)
	j.report(ctx, a, v, saved, err)
	switch {
	case err != nil:
		return j.backOff(ctx)
	case saved.other:
		return j.afterOther(ctx, saved.dispatch)
	}
	if v.Disable {
		j.disable(ctx, in, v.Reason)
	}
	if d.Trigger != webhook.TriggerTest {
		j.health.attempted(ctx, in, o)
	}
	if v.Status == webhook.DispatchRetrying {
		return j.hide(ctx, saved.dispatch.NextAttemptAt.Sub(j.cfg.Now()))
	}
	return false
}

// afterOther handles the case that another copy of the message recorded this attempt first.
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
