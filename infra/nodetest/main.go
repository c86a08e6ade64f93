// Nodetest measures the node and tests it under faults. It prints results, and exits with status 1
// if something was lost.
package main

import (
	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/bench"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/crash"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/fairness"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/scale"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/soak"
)

func main() {
	cli.Program{
		Name:  "nodetest",
		About: "Measures the node and tests it under faults.",
		Words: []cli.Word{
			{Name: "crash", Summary: "kill the node repeatedly under load and check that nothing is lost", Run: crash.Run},
			{Name: "soak", Summary: "run the node with faulty receivers, kills, a full disk and clock jumps, and check that nothing is lost", Run: soak.Run},
			{Name: "bench", Summary: "measure throughput and latency, compared with a bare net/http loop", Run: bench.Run},
			{Name: "fairness", Summary: "measure the latency of one user's webhooks while another user's endpoint hangs", Run: fairness.Run},
			{Name: "scale", Summary: "simulate 100 million deliveries a day with endpoints that are down, and check delays, losses and cost", Run: scale.Run},
			{Name: soak.AsNode, Run: soak.BeNode},
			{Name: bench.AsBareLoop, Run: bench.BeBareLoop},
			{Name: scale.AsModel, Run: scale.BeModel},
		},
	}.Main()
}
