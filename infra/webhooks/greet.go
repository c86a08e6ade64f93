package main

import (
	"fmt"
	"io"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/infra/webhooks/demo"
)

// greet prints the node's URLs. Without authentication, the command of the bus can be run in a shell
// at the module's root: it puts the example event on the bus, with jq and without credentials.
func greet(out io.Writer, url string, auth bool) {
	inbox, sign := fmt.Sprintf("  inbox    %s/inbox/%s\n", url, demo.Inbox), "--no-sign-request "
	if auth {
		inbox, sign = "", ""
	}
	source := fanout.DefaultSource()
	fmt.Fprintf(out, `
  console  %[1]s/console
  API      %[1]s/v1/integrations
  docs     %[1]s/docs
%[2]s  bus      aws events put-events %[3]s--region local --endpoint-url %[1]s --entries "$(jq -Rs '[{Source: "%[4]s", DetailType: "%[5]s", Detail: .}]' events/task-succeeded.detail.json)"

`, url, inbox, sign, source.Name, source.DetailType)
}
