package delivery

import (
	"context"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxLoad is how many refs a store loads at once.
const maxLoad = 10

// Handler delivers the messages of a queue. It is safe for concurrent use.
type Handler struct {
	cfg    Config
	health healthKeeper
}

// New returns a handler.
func New(cfg Config) *Handler {
	cfg = cfg.withDefaults()
	return &Handler{cfg: cfg, health: healthKeeper{
		store: cfg.Integrations, notices: cfg.Notices, metrics: cfg.Metrics, rules: cfg.rules(), pauseAfter: cfg.PauseAfter,
		now: cfg.Now, log: cfg.Log,
	}}
}

// Handle delivers the messages of a batch concurrently, each with its own deadline, and returns
// those that must stay in the queue. It never returns an error, because that would retry the whole
// batch.
//
// Handling a message twice is harmless: a dispatch that has ended is dropped, one that is not yet
// due is hidden, and the store accepts only one record of an attempt.
func (h *Handler) Handle(ctx context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
	points := &pointList{}
	points.add(metrics.Point{Name: metrics.BatchFill, Value: float64(len(batch.Records))})
	jobs := h.open(batch, points)
	h.load(ctx, jobs)

	h.run(ctx, jobs)
	h.cfg.Metrics.Emit(ctx, points.taken()...)

	var resp events.SQSEventResponse
	for _, j := range jobs {
		if j.keep {
			resp.BatchItemFailures = append(resp.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: j.raw.MessageId})
		}
	}
	return resp, nil
}

// run runs all jobs concurrently, the first on this goroutine. A node's batches have one message,
// so they need no new goroutine, whose stack would have to grow each time: that was a fifteenth of
// the CPU time of a delivery.
func (h *Handler) run(ctx context.Context, jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	var others sync.WaitGroup
	for _, j := range jobs[1:] {
		others.Go(func() { j.keep = h.protect(ctx, j) })
	}
	jobs[0].keep = h.protect(ctx, jobs[0])
	others.Wait()
}

// open decodes the messages. If several messages of the batch have the same dispatch, all but the
// first are duplicates, which are checked again after the first is done.
func (h *Handler) open(batch events.SQSEvent, points *pointList) []*job {
	jobs := make([]*job, len(batch.Records))
	seen := make(map[webhook.Ref]bool, len(jobs))
	for i, raw := range batch.Records {
		j := &job{Handler: h, raw: raw, points: points}
		j.msg, j.decodeErr = webhook.DecodeMessage([]byte(raw.Body))
		if j.decodeErr == nil {
			j.duplicate = seen[j.msg.Ref]
			seen[j.msg.Ref] = true
		}
		jobs[i] = j
	}
	return jobs
}

// load reads the dispatch and integration of all decoded messages.
func (h *Handler) load(ctx context.Context, jobs []*job) {
	known := slices.DeleteFunc(slices.Clone(jobs), func(j *job) bool { return j.decodeErr != nil || j.duplicate })
	for part := range slices.Chunk(known, maxLoad) {
		refs := make([]webhook.Ref, len(part))
		for i, j := range part {
			refs[i] = j.msg.Ref
		}
		loaded, err := h.cfg.Dispatches.Load(ctx, refs)
		for i, j := range part {
			if err != nil {
				j.loadErr = err
				continue
			}
			j.stored, j.loadErr = loaded[i], loaded[i].Err
		}
	}
}

// protect recovers from a panic, so that the other messages of the batch are not affected. The
// panic value is not logged because it may contain user data.
func (h *Handler) protect(ctx context.Context, j *job) (keep bool) {
	defer func() {
		if p := recover(); p != nil {
			h.cfg.Log.LogAttrs(ctx, slog.LevelError, "panic while delivering", append(j.attrs(),
				slog.String(logkey.Stack, string(debug.Stack())))...)
			keep = j.backOff(ctx)
		}
	}()
	return j.run(ctx)
}

// pointList collects the metrics of a batch.
type pointList struct {
	mu     sync.Mutex
	points []metrics.Point
}

func (l *pointList) add(p ...metrics.Point) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.points = append(l.points, p...)
}

func (l *pointList) taken() []metrics.Point {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.points
}
