package webhook

import "time"

// Schedule says how long to wait between attempts and when to give up.
type Schedule struct {
	FirstWait   time.Duration // after the first failed attempt; doubles with each
	MaxWait     time.Duration // no wait is longer
	MaxAttempts int           // in one round
}

// DefaultSchedule makes 12 attempts over about 29 hours, with waits of
// 1, 2, 4, 8, 16, 32, 64, 128, 256, 512 and 720 minutes.
func DefaultSchedule() Schedule {
	return Schedule{FirstWait: time.Minute, MaxWait: 12 * time.Hour, MaxAttempts: 12}
}

// Wait returns how long to wait after failed attempt n, counted from one: FirstWait x 2^(n-1), with
// jitter (0 to 1) between 10 % less and 10 % more, and at most MaxWait.
func (s Schedule) Wait(n int, jitter float64) time.Duration {
	wait := s.FirstWait
	for range n - 1 {
		if wait >= s.MaxWait {
			break
		}
		wait *= 2
	}
	wait = min(wait, s.MaxWait)
	return min(time.Duration(float64(wait)*(0.9+0.2*jitter)), s.MaxWait)
}
