package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/thordata/webhook-integration/functions/api/console"
	"github.com/thordata/webhook-integration/shared/awsconfig"
	"github.com/thordata/webhook-integration/shared/settings"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type config struct {
	AWS              aws.Config
	Table            string
	DeliveriesQueue  string // URL
	CallerClaim      string
	RequestOrigin    string
	AllowHTTP        bool
	KMSKey           string // if empty, secrets are not encrypted separately from the table
	Policy           webhook.Policy
	EventTypes       webhook.EventTypes
	Limits           webhook.Limits
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
		KMSKey:          r.Text("KMS_KEY_ID", ""),
		Policy:          r.Policy(),
		EventTypes:      settings.Parse(r, "EVENT_TYPES", webhook.ParseEventTypes),
		Limits:          settings.Parse(r, "LIMITS", webhook.ParseLimits),
		Console: console.Config{
			SignInIssuer: r.Text("SIGN_IN_ISSUER", ""), SignInClientID: r.Text("SIGN_IN_CLIENT_ID", ""),
			SignInOrigins:  origins(r, "SIGN_IN_ORIGINS", r.Text("SIGN_IN_ORIGINS", "")),
			FrameAncestors: origins(r, "FRAME_ANCESTORS", r.Text("FRAME_ANCESTORS", "")),
		},
		MetricsNamespace: r.Text("METRICS_NAMESPACE", "WebhookIntegration"),
	}
	var err error
	c.AWS, err = awsconfig.Load(getenv)
	r.Add(err)
	return c, r.Err()
}

// origins parses a comma-separated list of https origins. They become part of a header, in which a
// space or a semicolon would be a separator.
func origins(r *settings.Reader, name, raw string) []string {
	if raw == "" {
		return nil
	}
	all := strings.Split(raw, ",")
	for _, origin := range all {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || origin != "https://"+u.Host || strings.ContainsAny(origin, " ;'\"") {
			r.Add(fmt.Errorf("%s must be origins like https://login.example.com with commas between them, not %q", name, raw))
			return nil
		}
	}
	return all
}
