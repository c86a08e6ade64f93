package fanout

import (
	"context"
	"sync"

	"github.com/thordata/webhook-integration/shared/compiled"
	"github.com/thordata/webhook-integration/shared/eventfilter"
	"github.com/thordata/webhook-integration/shared/eventpattern"
	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// filters are compiled filters, of many users. The zero value is empty.
type filters struct {
	once sync.Once
	kept *compiled.Cache[*eventpattern.Pattern]
}

func (f *filters) get(filter string) (*eventpattern.Pattern, error) {
	f.once.Do(func() { f.kept = eventfilter.NewCache() })
	return f.kept.Get(filter)
}

// passes reports whether the filter of a subscription lets an event pass. A filter that does not
// compile, although it did when it was saved, lets every event pass: a receiver can drop what it does
// not want, and nobody can bring back what was not sent.
func (h *Handler) passes(ctx context.Context, sub webhook.Subscription, task webhook.TaskEvent) bool {
	if sub.Filter == "" {
		return true
	}
	pattern, err := h.filters.get(sub.Filter)
	if err != nil {
		h.Log.ErrorContext(ctx, "stored filter is not valid; the event is sent", logkey.IntegrationID, sub.ID, logkey.UserID, task.UserID,
			logkey.EventID, task.ID, logkey.Error, err)
		h.Metrics.Emit(ctx, metrics.Count(metrics.FilterFaults))
		return true
	}
	return pattern.Match(task.JSON)
}
