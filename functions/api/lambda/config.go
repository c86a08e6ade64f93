package main

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/thordata/webhook-integration/functions/api/console"
	"github.com/thordata/webhook-integration/shared/awsconfig"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/settings"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type config struct {
	AWS              aws.Config
	Table            string
	DeliveriesQueue  string // URL
	CallerClaim      string
	RequestOrigin    string
	AllowHTTP        bool
	EgressAllow      egress.Allowed
	KMSKey           string // if empty, secrets are not encrypted separately from the table
	Policy           webhook.Policy
	EventTypes       webhook.EventTypes
	Limits           webhook.Limits
	Secrets          template.Secrets
	Console          console.Config
	MetricsNamespace string
}

// loadConfig reads the environment. Its error lists every mistake.
func loadConfig(getenv func(string) string) (config, error) {
	r := settings.New(getenv)
	c := config{
		Table:           r.Required("TABLE_NAME"),
		DeliveriesQueue: r.URL("DELIVERIES_QUEUE_URL"),
		CallerClaim:     r.Text("CALLER_CLAIM", "sub"),
		RequestOrigin:   r.Text("REQUEST_ORIGIN", "thordata"),
		AllowHTTP:       r.Bool("ALLOW_HTTP", false),
		EgressAllow:     settings.Parse(r, "EGRESS_ALLOW", egress.ParseAllowed),
		KMSKey:          r.Text("KMS_KEY_ID", ""),
		Policy:          r.Policy(),
		EventTypes:      settings.Parse(r, "EVENT_TYPES", webhook.ParseEventTypes),
		Limits:          settings.Parse(r, "LIMITS", webhook.ParseLimits),
		Secrets:         settings.Parse(r, "SECRET_PATHS", template.ParseSecrets),
		Console: console.Config{
			SignInIssuer: r.Text("SIGN_IN_ISSUER", ""), SignInClientID: r.Text("SIGN_IN_CLIENT_ID", ""),
			SignInOrigins:  settings.Parse(r, "SIGN_IN_ORIGINS", console.ParseOrigins),
			FrameAncestors: settings.Parse(r, "FRAME_ANCESTORS", console.ParseOrigins),
		},
		MetricsNamespace: r.Text("METRICS_NAMESPACE", "WebhookIntegration"),
	}
	var err error
	c.AWS, err = awsconfig.Load(getenv)
	r.Add(err)
	return c, r.Err()
}
