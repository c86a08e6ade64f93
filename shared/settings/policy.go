package settings

import (
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const day = 24 * time.Hour

// Policy reads the delivery policy: FIRST_WAIT, MAX_WAIT, MAX_ATTEMPTS, OPEN_AFTER, PAUSE_AFTER,
// ATTEMPT_TIMEOUT, CONNECT_TIMEOUT, MAX_BODY_BYTES and RETENTION_DAYS.
func (r *Reader) Policy() webhook.Policy {
	d := webhook.DefaultPolicy()
	p := webhook.Policy{
		Schedule: webhook.Schedule{
			FirstWait:   r.Duration("FIRST_WAIT", d.Schedule.FirstWait, time.Second, time.Hour),
			MaxWait:     r.Duration("MAX_WAIT", d.Schedule.MaxWait, time.Second, 12*time.Hour),
			MaxAttempts: r.Int("MAX_ATTEMPTS", d.Schedule.MaxAttempts, 1, 36),
		},
		OpenAfter:      r.Duration("OPEN_AFTER", d.OpenAfter, time.Second, time.Hour),
		Minute:         d.Minute,
		PauseAfter:     webhook.PauseAfter(r.Duration("PAUSE_AFTER", time.Duration(d.PauseAfter), time.Hour, 365*day)),
		AttemptTimeout: r.Duration("ATTEMPT_TIMEOUT", d.AttemptTimeout, time.Second, 45*time.Second),
		ConnectTimeout: r.Duration("CONNECT_TIMEOUT", d.ConnectTimeout, time.Second, 30*time.Second),
		MaxBody:        r.Int("MAX_BODY_BYTES", d.MaxBody, 1<<10, 10<<20),
		Retention:      day * time.Duration(r.Int("RETENTION_DAYS", int(d.Retention/day), 1, 3650)),
	}
	if err := p.CheckRetention(); err != nil {
		r.Add(fmt.Errorf("RETENTION_DAYS must be longer than PAUSE_AFTER: %w", err))
	}
	if err := p.CheckQueue(queueKeeps); err != nil {
		r.Add(fmt.Errorf("MAX_ATTEMPTS or MAX_WAIT must be less: %w", err))
	}
	return p
}

// queueKeeps is the MessageRetentionPeriod of the template's queues.
const queueKeeps = 7 * day
