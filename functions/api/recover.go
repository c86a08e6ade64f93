package api

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	// recoverMost is how many dispatches one request processes: a few hundred take well under the
	// 30 s that the gateway allows.
	recoverMost = 200

	// recoverTime stops a request's recovery before the gateway times out.
	recoverTime = 15 * time.Second

	// recoverPage is how many dispatches are read and sent at a time. Each may contain an event of
	// several hundred KB.
	recoverPage = 50

	// recoverWrites is how many dispatches are marked concurrently.
	recoverWrites = 16
)

// Recovery is the progress of a recovery.
type Recovery struct {
	Queued  int    `json:"queued" doc:"Dispatches that were queued again." example:"200"`
	Skipped int    `json:"skipped" doc:"Dispatches that could not be queued: their event was too large to store, or they were tests." example:"0"`
	Cursor  string `json:"cursor,omitempty" doc:"For the next request to POST /v1/integrations/{id}/recover; absent when all is done."`
}

// recoverable are the statuses that can be redelivered in bulk.
var recoverable = []webhook.DispatchStatus{webhook.DispatchFailed, webhook.DispatchHeld, webhook.DispatchSucceeded}

// RecoverRequest selects the dispatches to recover.
type RecoverRequest struct {
	Since    string   `json:"since,omitempty" format:"date-time" doc:"Only dispatches created at this time (RFC 3339) or later." example:"2025-06-07T00:00:00Z"`
	Until    string   `json:"until,omitempty" format:"date-time" doc:"Only dispatches created before this time; the time of the first request by default." example:"2025-06-08T00:00:00Z"`
	Statuses []string `json:"statuses,omitempty" enum:"$recoverable" nullable:"false" doc:"Only dispatches with these statuses; FAILED and HELD by default." example:"[\"FAILED\", \"HELD\"]"`
	Cursor   string   `json:"cursor,omitempty" doc:"The cursor of the previous response. It includes the period and the statuses: omit them, or send the same ones."`
}

type recoverInput struct {
	ID   string `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	Body json.RawMessage
}

type recoverOutput struct{ Body Recovery }

// recover queues the failed and held dispatches of a period, oldest first.
func (s *server) recover(ctx context.Context, req *recoverInput) (*recoverOutput, error) {
	in, err := s.integration(ctx, req.ID)
	if err != nil {
		return nil, err
	}
	asked, fs := decode[RecoverRequest](s, req.Body)
	if err := fs.err(); err != nil {
		return nil, err
	}
	q, err := s.recoverQuery(asked, in)
	if err != nil {
		return nil, err
	}
	if err := mustBeActive(in); err != nil {
		return nil, err
	}
	done, err := s.requeue(ctx, in, q, recoverMost)
	if err != nil && done.Queued+done.Skipped == 0 {
		return nil, err
	}
	requestOf(ctx).err = err // the response reports what was done, with the cursor that continues
	return &recoverOutput{Body: done}, nil
}

// queueHeld queues the held dispatches of an integration that has become active. Dispatches that it
// does not reach in time or because of an error are left to recover; the change of the integration
// is not undone.
func (s *server) queueHeld(ctx context.Context, in webhook.Integration) *Recovery {
	q := webhook.DispatchQuery{Statuses: []webhook.DispatchStatus{webhook.DispatchHeld}, OldestFirst: true, Shards: webhook.MaxShards} // it may have grown since it was read
	done, err := s.requeue(ctx, in, q, 0)
	if err != nil {
		requestOf(ctx).err = err
	}
	return &done
}

// requeue starts a new round of each dispatch that q selects, page by page in order, until there
// are no more, it has processed most dispatches (0: no limit), or the time is up. The returned
// cursor continues after the last completed page, even if requeue returns an error.
func (s *server) requeue(ctx context.Context, in webhook.Integration, q webhook.DispatchQuery, most int) (Recovery, error) {
	deadline := s.cfg.Now().Add(recoverTime)
	for done := (Recovery{}); ; {
		page, next, err := s.wholeMoments(ctx, in.ID, q, recoverPage)
		if err != nil {
			done.Cursor = resume(in, q)
			return done, err
		}
		n, err := s.redeliverAll(ctx, page)
		if err != nil {
			done.Cursor = resume(in, q)
			return done, err
		}
		done.Queued += n
		done.Skipped += len(page) - n
		if next == "" {
			return done, nil
		}
		q.After = next
		if full := most > 0 && done.Queued+done.Skipped >= most; full || !s.cfg.Now().Before(deadline) {
			done.Cursor = resume(in, q)
			return done, nil
		}
	}
}

// redeliverAll queues the dispatches that can be redelivered and returns their number.
func (s *server) redeliverAll(ctx context.Context, all []webhook.Dispatch) (int, error) {
	var able []webhook.Dispatch
	for _, d := range all {
		if d.Event != nil && d.EventType != webhook.Test {
			able = append(able, d)
		}
	}
	return len(able), s.requeueThese(ctx, able)
}

// requeueThese sends the messages before it marks the dispatches: a crash in between repeats a
// delivery, while the other order would lose it. If a delivery finished before the mark, no mark is
// needed.
func (s *server) requeueThese(ctx context.Context, dispatches []webhook.Dispatch) error {
	if len(dispatches) == 0 {
		return nil
	}
	now := s.now()
	messages := make([]webhook.Message, len(dispatches))
	for i, d := range dispatches {
		messages[i] = d.Message()
		messages[i].Trigger, messages[i].Round, messages[i].Accepted = webhook.TriggerRedelivery, d.Round+1, now
	}
	if err := s.send(ctx, messages...); err != nil {
		return err
	}
	marks, ctx := errgroup.WithContext(ctx)
	marks.SetLimit(recoverWrites)
	for _, d := range dispatches {
		marks.Go(func() error {
			if err := s.cfg.Store.SaveDispatch(ctx, d.Queued(now)); !errors.Is(err, webhook.ErrConflict) {
				return err
			}
			return nil
		})
	}
	return marks.Wait()
}

// send queues messages of one trigger and counts them.
func (s *server) send(ctx context.Context, messages ...webhook.Message) error {
	if err := s.cfg.Queue.Send(ctx, messages); err != nil {
		return err
	}
	if s.cfg.Metrics != nil {
		s.cfg.Metrics.Emit(ctx, metrics.Point{Name: metrics.Dispatched, Value: float64(len(messages)), Cause: string(messages[0].Trigger)})
	}
	return nil
}
