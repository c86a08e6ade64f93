package delivery_test

import (
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/metrics"
)

// quick is a client that answers immediately and stores nothing.
type quick struct{}

func (quick) Do(r *http.Request) (*http.Response, error) {
	_, err := io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, err
}

// BenchmarkHandle measures the handler itself: batches of ten messages, with a store and a receiver
// in memory.
func BenchmarkHandle(b *testing.B) {
	w := newHarness(b, func(c *delivery.Config) {
		c.Client, c.Metrics = quick{}, &metrics.Counters{}
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	})
	in := w.integration()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		var batch events.SQSEvent
		for i := range 10 {
			batch.Records = append(batch.Records, events.SQSMessage{MessageId: strconv.Itoa(i), Body: string(message(in).Encode())})
		}
		clear(w.store.dispatches)
		b.StartTimer()
		if _, err := w.handler.Handle(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}
