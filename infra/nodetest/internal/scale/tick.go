package scale

import (
	"context"
	"log/slog"
	"time"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func (m *model) addTicker(emit metrics.Emitter, log *slog.Logger) {
	m.ticker = &fanout.Ticker{
		Index: m.store, Lines: m.store, Records: m.store, Later: m, Metrics: emit, Log: log, Now: time.Now,
	}
}

// ticks has the minute's tick run each minute.
func (m *model) ticks(ctx context.Context) {
	minutes := time.NewTicker(time.Minute)
	defer minutes.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-minutes.C:
		}
		began := time.Now()
		if err := m.ticker.Tick(ctx); err != nil && ctx.Err() == nil {
			panic(err)
		}
		m.use.invocation(time.Since(began), cpuEvent)
	}
}

// SendLater queues messages for the retries, with delays.
func (m *model) SendLater(ctx context.Context, msgs []webhook.Delayed) error {
	time.Sleep(roundTrip)
	m.use.requests((len(msgs) + batchSize - 1) / batchSize)
	for _, msg := range msgs {
		m.retries.send(string(msg.Encode()), msg.Group(), msg.After)
	}
	return ctx.Err()
}
