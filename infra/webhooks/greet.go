package main

import (
	"fmt"
	"io"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/infra/webhooks/demo"
)

// greet prints the node's URLs. The command of the bus can be run in a shell at the module's root:
// it puts the example event on the bus, with jq and without credentials.
func greet(out io.Writer, url string) {
	source := fanout.DefaultSource()
	fmt.Fprintf(out, `
  console  %[1]s/console
  API      %[1]s/v1/integrations
  docs     %[1]s/docs
  inbox    %[1]s/inbox/%[2]s
  bus      aws events put-events --no-sign-request --region local --endpoint-url %[1]s --entries "$(jq -Rs '[{Source: "%[3]s", DetailType: "%[4]s", Detail: .}]' events/task-succeeded.detail.json)"

`, url, demo.Inbox, source.Name, source.DetailType)
}
