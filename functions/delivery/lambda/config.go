package main

import (
	"crypto/x509"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/thordata/webhook-integration/shared/awsconfig"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/settings"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type config struct {
	AWS              aws.Config
	Table            string
	DeliveriesQueue  string // URL
	RetriesQueue     string // URL
	Bus              string
	EventSource      string
	RequestOrigin    string
	AllowHTTP        bool
	EgressAllow      egress.Allowed
	Roots            *x509.CertPool // nil: the system's
	KMSKey           string         // if empty, secrets are not encrypted separately from the table
	Policy           webhook.Policy
	Limits           webhook.Limits // of which only that of the URL matters here
	MetricsNamespace string
}

// loadConfig reads the environment. Its error lists every mistake.
func loadConfig(getenv func(string) string) (config, error) {
	r := settings.New(getenv)
	c := config{
		Table:            r.Required("TABLE_NAME"),
		DeliveriesQueue:  r.URL("DELIVERIES_QUEUE_URL"),
		RetriesQueue:     r.URL("RETRIES_QUEUE_URL"),
		Bus:              r.Required("EVENT_BUS_NAME"),
		EventSource:      r.Text("EVENT_SOURCE", "thordata.scraper"),
		RequestOrigin:    r.Text("REQUEST_ORIGIN", "thordata"),
		AllowHTTP:        r.Bool("ALLOW_HTTP", false),
		EgressAllow:      settings.Parse(r, "EGRESS_ALLOW", egress.ParseAllowed),
		Roots:            settings.Parse(r, "EXTRA_CA", egress.ReadRoots),
		KMSKey:           r.Text("KMS_KEY_ID", ""),
		Policy:           r.Policy(),
		Limits:           settings.Parse(r, "LIMITS", webhook.ParseLimits),
		MetricsNamespace: r.Text("METRICS_NAMESPACE", "WebhookIntegration"),
	}
	var err error
	c.AWS, err = awsconfig.Load(getenv)
	r.Add(err)
	return c, r.Err()
}
