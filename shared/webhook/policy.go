package webhook

import (
	"fmt"
	"strings"
	"time"
)

// Policy is how a deployment delivers. The delivery function follows it, and the API shows it to
// users.
type Policy struct {
	Schedule       Schedule
	OpenAfter      time.Duration // time without success after which an endpoint's circuit breaker opens
	Minute         time.Duration // unit of probes and releases, and time between two ticks; on the node it can be less than a minute
	PauseAfter     PauseAfter
	AttemptTimeout time.Duration // of one request
	ConnectTimeout time.Duration // of connecting, part of AttemptTimeout
	MaxBody        int           // bytes of a rendered body
	Retention      time.Duration // of the dispatch log
}

// DefaultPolicy returns the default policy: the default schedule and pause, 30 s per request of
// which at most 5 s to connect, bodies of at most 1 MiB, and a log of 30 days.
func DefaultPolicy() Policy {
	return Policy{
		Schedule: DefaultSchedule(), OpenAfter: time.Minute, Minute: time.Minute, PauseAfter: DefaultPauseAfter, AttemptTimeout: 30 * time.Second,
		ConnectTimeout: 5 * time.Second, MaxBody: 1 << 20, Retention: 30 * 24 * time.Hour,
	}
}

// CheckRetention returns an error if what waits for an endpoint would expire before its integration is
// paused, which keeps it.
func (p Policy) CheckRetention() error {
	if time.Duration(p.PauseAfter) < p.Retention {
		return nil
	}
	return fmt.Errorf("dispatches are stored for %s, but an endpoint may be down for %s before its integration is paused: what waits for it would expire",
		InWords(p.Retention), InWords(time.Duration(p.PauseAfter)))
}

// CheckQueue returns an error if a message, which a Retry-After may hide for MaxWait after each attempt,
// would outlive the time for which its queue keeps it. Dispatches that are too large to be recorded wait
// in their queue.
func (p Policy) CheckQueue(keeps time.Duration) error {
	longest := time.Duration(p.Schedule.MaxAttempts-1) * p.Schedule.MaxWait
	if longest < keeps {
		return nil
	}
	return fmt.Errorf("%d attempts with waits of up to %s may take %s, but a queue keeps a message for %s",
		p.Schedule.MaxAttempts, InWords(p.Schedule.MaxWait), InWords(longest), InWords(keeps))
}

// BreakerRules returns the rules of the circuit breakers.
func (p Policy) BreakerRules() BreakerRules {
	return BreakerRules{Minute: p.Minute, OpenAfter: p.OpenAfter, PauseAfter: p.PauseAfter, MaxWait: p.Schedule.MaxWait}
}

// Waits returns the wait after each failed attempt except the last, without jitter.
func (s Schedule) Waits() []time.Duration {
	var waits []time.Duration
	for n := 1; n < s.MaxAttempts; n++ {
		waits = append(waits, s.Wait(n, 0.5))
	}
	return waits
}

// InWords formats a duration in its largest unit that divides it, exactly or nearly: "5 days", "29
// hours", "90 seconds".
func InWords(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		n := d.Round(unit.of) / unit.of
		if n >= 2 && (d-n*unit.of).Abs() <= d/20 {
			return plural(n, unit.name)
		}
	}
	return plural(d.Round(time.Second)/time.Second, "second")
}

func plural(n time.Duration, unit string) string {
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}

// short drops the zero units of a duration: "12h" instead of "12h0m0s".
var short = strings.NewReplacer("h0m0s;", "h", "m0s;", "m", ";", "")

// String describes the schedule: the number of attempts, their total time, and the waits.
func (s Schedule) String() string {
	if s.MaxAttempts < 2 {
		return "1 attempt"
	}
	var total time.Duration
	var waits []string
	for _, w := range s.Waits() {
		total += w
		waits = append(waits, short.Replace(w.String()+";"))
	}
	return fmt.Sprintf("%d attempts over about %s, after waits of %s", s.MaxAttempts, InWords(total), strings.Join(waits, ", "))
}
