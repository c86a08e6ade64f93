package delivery

import (
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Config is what a handler works with. All interfaces are required; what is zero
// otherwise has the default that its comment names.
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
	OpenAfter  time.Duration      // without success the breaker opens; the schedule's first wait
	Timeouts   Timeouts
	Now        func() time.Time // time.Now
	Jitter     func() float64   // in [0, 1); rand.Float64
}

// Timeouts bound the parts of one message's handling. They add up to less than
// the function's timeout and the message's visibility, or its attempts happen twice.
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

// rules are those of the breaker, on the schedule's scale.
func (c Config) rules() webhook.BreakerRules {
	return webhook.BreakerRules{
		Minute: c.Schedule.FirstWait, OpenAfter: c.OpenAfter, PauseAfter: c.PauseAfter, MaxWait: c.Schedule.MaxWait,
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

// duplicate is how long after a dispatch is due a copy of its message comes back to
// look: when the attempt of the one in charge is over and recorded.
func (t Timeouts) duplicate() time.Duration { return t.Attempt + t.Record }
