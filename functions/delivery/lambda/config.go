package main

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/thordata/webhook-integration/shared/awsconfig"
	"github.com/thordata/webhook-integration/shared/settings"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const day = 24 * time.Hour

type config struct {
	AWS              aws.Config
	Table            string
	DeliveriesQueue  string // URL
	RetriesQueue     string // URL
	Bus              string
	EventSource      string
	RequestOrigin    string
	AllowHTTP        bool
	KMSKey           string // "": secrets are stored as they are, in an encrypted table
	Retention        time.Duration
	AttemptTimeout   time.Duration
	ConnectTimeout   time.Duration
	Schedule         webhook.Schedule
	PauseAfter       webhook.PauseAfter
	MaxBody          int
	MetricsNamespace string
}

// loadConfig reads the environment; its error names everything that is wrong with it.
func loadConfig(getenv func(string) string) (config, error) {
	r := settings.New(getenv)
	schedule := webhook.DefaultSchedule()
	c := config{
		Table:           r.Required("TABLE_NAME"),
		DeliveriesQueue: r.URL("DELIVERIES_QUEUE_URL"),
		RetriesQueue:    r.URL("RETRIES_QUEUE_URL"),
		Bus:             r.Required("EVENT_BUS_NAME"),
		EventSource:     r.Text("EVENT_SOURCE", "thordata.scraper"),
		RequestOrigin:   r.Text("REQUEST_ORIGIN", "thordata"),
		AllowHTTP:       r.Bool("ALLOW_HTTP", false),
		KMSKey:          r.Text("KMS_KEY_ID", ""),
		Retention:       day * time.Duration(r.Int("RETENTION_DAYS", 30, 1, 3650)),
		AttemptTimeout:  r.Duration("ATTEMPT_TIMEOUT", 30*time.Second, time.Second, 45*time.Second),
		ConnectTimeout:  r.Duration("CONNECT_TIMEOUT", 5*time.Second, time.Second, 30*time.Second),
		Schedule: webhook.Schedule{
			FirstWait:   r.Duration("FIRST_WAIT", schedule.FirstWait, time.Second, time.Hour),
			MaxWait:     r.Duration("MAX_WAIT", schedule.MaxWait, time.Second, 12*time.Hour),
			MaxAttempts: r.Int("MAX_ATTEMPTS", schedule.MaxAttempts, 1, 36),
		},
		PauseAfter:       webhook.PauseAfter(r.Duration("PAUSE_AFTER", time.Duration(webhook.DefaultPauseAfter), time.Hour, 365*day)),
		MaxBody:          r.Int("MAX_BODY_BYTES", 1<<20, 1<<10, 10<<20),
		MetricsNamespace: r.Text("METRICS_NAMESPACE", "WebhookIntegration"),
	}
	var err error
	c.AWS, err = awsconfig.Load(getenv)
	r.Add(err)
	return c, r.Err()
}
