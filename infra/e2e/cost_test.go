package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/infra/stack"
	"github.com/thordata/webhook-integration/infra/stack/cost"
)

// Assumptions in addition to what is measured.
const (
	answerTime = 150 * time.Millisecond // of a receiver
	roundTrip  = 5 * time.Millisecond   // to the table, or a queue, and back
	bodySize   = 2 << 10                // of an event, and of a request with the default template
	fullBatch  = 10                     // messages are received in full batches

	// Each round has a number of batches. The result is the CPU time of the fastest round.
	rounds, batches = 8, 5
)

// The table in infra/docs/figures.md, and the limits that the costs must stay below.
func TestCostOfADelivery(t *testing.T) {
	t.Parallel()
	one, prices := countDeliveries(t, 1)
	ten, _ := countDeliveries(t, 10)
	var table strings.Builder
	if err := cost.Write(&table, prices, cost.Case{Name: "one integration per event", Use: one}, cost.Case{Name: "ten", Use: ten}); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s\nAssumed: batches of %d, bodies of %d bytes, receivers that answer after %v, %v for each call to the table or a queue.",
		&table, fullBatch, bodySize, answerTime, roundTrip)
	for _, bound := range []struct {
		what      string
		got, most float64
	}{
		{"SQS requests", per(one.SQSRequests, one), 1.25},
		{"read requests", per(one.ReadRequests, one), 1.1},
		{"write requests", per(one.WriteRequests, one), 1},
		{"write units", one.WriteUnits / float64(one.Deliveries), 1},
		{"dollars per million", cost.Total(one.Bill(prices)), 3.20},
		{"SQS requests at ten integrations", per(ten.SQSRequests, ten), 0.35},
		{"read requests at ten integrations", per(ten.ReadRequests, ten), 0.25},
		{"write units at ten integrations", ten.WriteUnits / float64(ten.Deliveries), 1},
	} {
		if bound.got > bound.most {
			t.Errorf("%s: %.3f, want at most %.2f", bound.what, bound.got, bound.most)
		}
	}
}

func per(n int, u cost.Use) float64 { return float64(n) / float64(u.Deliveries) }

// countDeliveries makes deliveries, with the given number of integrations per event, and measures
// their use with warm functions and connections. Batches mix users, like those of a platform with
// many users.
func countDeliveries(t *testing.T, integrations int) (cost.Use, stack.Prices) {
	t.Helper()
	w := makeHarness(t, settings{})
	for n := range fullBatch {
		w.create(hook(n), by(owner(n, integrations)), saying(map[string]any{"payloadTemplate": "", "headersTemplate": ""}))
	}
	random := rand.New(rand.NewPCG(1, 2))
	w.deliverBatches(2, integrations, random)
	w.proxy.Forget()
	before := w.stored()
	for _, pool := range w.functions {
		pool.Logs.Forget()
	}
	cpu := map[string]time.Duration{}
	for range rounds {
		for name, used := range w.deliverBatches(batches, integrations, random) {
			if cpu[name] == 0 || used < cpu[name] {
				cpu[name] = used
			}
		}
	}
	events := fullBatch / integrations * batches // per round
	use := cost.Use{
		Deliveries: rounds * batches * fullBatch, BusEvents: rounds * events, LambdaRequests: rounds * (events + batches),
		StoredBytes: w.stored() - before, Kept: 30 * 24 * time.Hour,
	}
	w.addCalls(&use)
	// Fan-out reads, then sends. Delivery reads, waits for all receivers of its batch concurrently,
	// and writes.
	w.addFunction(&use, "fanout", events, cost.Invocation{Waits: 2 * roundTrip, CPU: cpu["fanout"]})
	w.addFunction(&use, "delivery", batches, cost.Invocation{Waits: 2*roundTrip + answerTime, CPU: cpu["delivery"]})
	return w.addBodies(use), w.Prices
}

func hook(n int) string { return fmt.Sprintf("/hook/%d", n) }

// owner returns the user of the n-th integration.
func owner(n, integrations int) string { return fmt.Sprint(3000 + n/integrations) }

// deliverBatches puts events on the bus and delivers them batch by batch. It returns the CPU time
// of each function.
func (w *harness) deliverBatches(n, integrations int, random *rand.Rand) map[string]time.Duration {
	w.t.Helper()
	cpu := map[string]time.Duration{}
	for name, pool := range w.functions {
		cpu[name] = -pool.CPU()
	}
	for range n {
		for first := 0; first < fullBatch; first += integrations {
			w.put(busEvent("succeeded", func(detail map[string]any) { realistic(detail, owner(first, integrations), random) }))
		}
		if got, err := w.mappings[0].poll(w.t.Context()); err != nil || got != fullBatch {
			w.t.Fatalf("a batch of %d messages, want %d: %v", got, fullBatch, err)
		}
	}
	for name, pool := range w.functions {
		cpu[name] += pool.CPU()
	}
	return cpu
}

// addCalls adds the calls of the functions and the mapping.
func (w *harness) addCalls(use *cost.Use) {
	for _, c := range w.proxy.Calls() {
		switch {
		case c.Caller == "test" || c.Caller == "api":
		case c.Service == "sqs":
			use.SQSRequests += cost.Requests(c.Bytes)
		case c.Operation == "BatchGetItem":
			// AWS bills each item separately, half a unit per 4 KB, even if it does not exist. The
			// emulator adds up the items of a partition first.
			use.ReadRequests++
			use.ReadUnits += float64(c.Entries) / 2
		case c.ReadUnits > 0:
			use.ReadRequests++
			use.ReadUnits += c.ReadUnits
		case c.Service == "dynamodb":
			use.WriteRequests++
			use.WriteUnits += c.WriteUnits
		}
	}
}

// addFunction adds the invocations of a function and its log lines. all has the CPU time of one
// round, which has n invocations, and the time that each of them waits.
func (w *harness) addFunction(use *cost.Use, name string, n int, all cost.Invocation) {
	all.MemoryMB = w.Functions[name].MemoryMB
	all.CPU /= time.Duration(n)
	use.GBSeconds += all.GBSeconds() * float64(n) * rounds
	for _, line := range w.functions[name].Logs.Lines() {
		use.LogBytes += cost.LogLine(line)
	}
	w.t.Logf("%s uses %v of CPU time per invocation", name, all.CPU)
}

// addBodies adds the sizes of the received requests and checks them.
func (w *harness) addBodies(use cost.Use) cost.Use {
	w.t.Helper()
	for n := range fullBatch {
		got := w.receiver.got(hook(n))
		for _, d := range got[len(got)-rounds*batches:] {
			use.SentBytes += len(d.Body)
			if d.Verified != nil || len(d.Body) < bodySize*9/10 || len(d.Body) > bodySize*11/10 {
				w.t.Fatalf("a body of %d bytes, want about %d; verified: %v", len(d.Body), bodySize, d.Verified)
			}
		}
	}
	return use
}
