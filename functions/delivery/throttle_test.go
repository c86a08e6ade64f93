package delivery_test

import (
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// A delivery that has taken place is recorded although the store takes no more writes of its part, and
// is not repeated. The integration's coming dispatches are spread over twice as many parts.
func TestAThrottledRecordIsWrittenAndTheIntegrationSpread(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration()
		for _, want := range []int{2, 4, 8, 16, 32, 32} {
			w.store.throttled = 5
			m := message(in)
			m.Shards = w.store.integrations[in.ID].Shards // as the fan-out has it from the integration
			w.queue.add(m.Encode())
			before := len(w.receiver.got)
			w.step()
			if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || len(w.receiver.got) != before+1 {
				t.Errorf("is %s after %d requests", d.Status, len(w.receiver.got)-before)
			}
			if got := w.store.integrations[in.ID].Shards; got != want {
				t.Errorf("spread over %d parts, want %d", got, want)
			}
		}
	})
}

// A message from before the integration was spread says nothing about whether that is enough.
func TestAnOldMessageDoesNotSpreadFurther(t *testing.T) {
	run(t, func(w *harness) {
		in := w.integration(func(in *webhook.Integration) { in.Shards = 4 })
		w.store.throttled = 3
		m := w.send(in) // with one part
		w.step()
		if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || w.store.integrations[in.ID].Shards != 4 {
			t.Errorf("is %s, spread over %d parts", d.Status, w.store.integrations[in.ID].Shards)
		}
	})
}
