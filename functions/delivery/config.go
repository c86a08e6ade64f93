package delivery

import (
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Config configures a handler. All interfaces are required. Other fields default to the value in
// their comment.
type Config struct {
	Dispatches   Dispatches
	Integrations Integrations
	Queue        Queue
	Requests     Requests
	Client       Client
	Notices      Notices
	Metrics      metrics.Emitter
	Log          *slog.Logger // slog.Default()

	Schedule   webhook.Schedule   // webhook.DefaultSchedule()
	PauseAfter webhook.PauseAfter // webhook.DefaultPauseAfter
	OpenAfter  time.Duration      // without success the breaker opens; Minute
	Minute     time.Duration      // of probes and releases; a minute
	Timeouts   Timeouts
	Now        func() time.Time // time.Now
	Jitter     func() float64   // in [0, 1); rand.Float64
}

// Timeouts limit the parts of handling one message. Their sum must be less than the function's
// timeout and the message's visibility timeout, or attempts happen twice.
type Timeouts struct {
	Attempt time.Duration // from building the request to the response's headers; 30 s
	Body    time.Duration // for the part of the response's body that is kept, within Attempt; 2 s
	Record  time.Duration // to write down what came of it, after Attempt; 15 s
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Schedule == (webhook.Schedule{}) {
		c.Schedule = webhook.DefaultSchedule()
	}
	if c.PauseAfter == 0 {
		c.PauseAfter = webhook.DefaultPauseAfter
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Jitter == nil {
		c.Jitter = rand.Float64
	}
	c.Timeouts = c.Timeouts.withDefaults()
	return c
}

// rules are those of the breaker.
func (c Config) rules() webhook.BreakerRules {
	return webhook.BreakerRules{
		Minute: c.Minute, OpenAfter: c.OpenAfter, PauseAfter: c.PauseAfter, MaxWait: c.Schedule.MaxWait,
	}
}

func (t Timeouts) withDefaults() Timeouts {
	if t.Attempt == 0 {
		t.Attempt = 30 * time.Second
	}
	if t.Body == 0 {
		t.Body = 2 * time.Second
	}
	if t.Record == 0 {
		t.Record = 15 * time.Second
	}
	return t
}

// duplicate is how long a copy of a message is hidden after its dispatch is due: until the first
// copy's attempt is over and recorded.
func (t Timeouts) duplicate() time.Duration { return t.Attempt + t.Record }
