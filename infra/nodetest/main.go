// Nodetest measures the node and breaks it. It prints figures and books, and exits with 1 when
// something was lost.
package main

import (
	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/bench"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/crash"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/fairness"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/soak"
)

func main() {
	cli.Program{
		Name:  "nodetest",
		About: "Measures the node and breaks it.",
		Words: []cli.Word{
			{Name: "crash", Summary: "kill the node again and again under load: nothing may be lost", Run: crash.Run},
			{Name: "soak", Summary: "faulty receivers, kills, a full disk and clock jumps, and then the books", Run: soak.Run},
			{Name: "bench", Summary: "deliveries a second and delays, compared with a bare net/http loop", Run: bench.Run},
			{Name: "fairness", Summary: "how late one user's webhooks are while another user's endpoint hangs", Run: fairness.Run},
			{Name: soak.AsNode, Run: soak.BeNode},
			{Name: bench.AsBareLoop, Run: bench.BeBareLoop},
		},
	}.Main()
}
