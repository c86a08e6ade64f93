package main

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/awsconfig"
	"github.com/thordata/webhook-integration/shared/settings"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type config struct {
	AWS              aws.Config
	Table            string
	DeliveriesQueue  string // URL
	RetriesQueue     string // URL
	FailuresQueue    string // URL
	Policy           webhook.Policy
	Source           fanout.Source
	EventTypes       webhook.EventTypes
	MetricsNamespace string
}

// loadConfig reads the environment. Its error lists every mistake.
func loadConfig(getenv func(string) string) (config, error) {
	r := settings.New(getenv)
	source := fanout.DefaultSource()
	c := config{
		Table:           r.Required("TABLE_NAME"),
		DeliveriesQueue: r.URL("DELIVERIES_QUEUE_URL"),
		RetriesQueue:    r.URL("RETRIES_QUEUE_URL"),
		FailuresQueue:   r.URL("FAILURES_QUEUE_URL"),
		Policy:          r.Policy(),
		Source: fanout.Source{
			Name:       r.Text("EVENT_SOURCE", source.Name),
			DetailType: r.Text("EVENT_DETAIL_TYPE", source.DetailType),
		},
		EventTypes:       settings.Parse(r, "EVENT_TYPES", webhook.ParseEventTypes),
		MetricsNamespace: r.Text("METRICS_NAMESPACE", "WebhookIntegration"),
	}
	var err error
	c.AWS, err = awsconfig.Load(getenv)
	r.Add(err)
	return c, r.Err()
}
