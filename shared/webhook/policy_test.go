package webhook_test

import (
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestScheduleString(t *testing.T) {
	for want, s := range map[string]webhook.Schedule{
		"12 attempts over about 29 hours, after waits of 1m, 2m, 4m, 8m, 16m, 32m, 1h4m, 2h8m, 4h16m, 8h32m, 12h": webhook.DefaultSchedule(),
		"2 attempts over about 90 seconds, after waits of 1m30s":                                                  {FirstWait: 90 * time.Second, MaxWait: time.Hour, MaxAttempts: 2},
		"1 attempt": {FirstWait: time.Minute, MaxWait: time.Hour, MaxAttempts: 1},
		"4 attempts over about 7 seconds, after waits of 1s, 2s, 4s": {FirstWait: time.Second, MaxWait: time.Hour, MaxAttempts: 4},
		"3 attempts over about 20 minutes, after waits of 10m, 10m":  {FirstWait: 10 * time.Minute, MaxWait: 10 * time.Minute, MaxAttempts: 3},
	} {
		if got := s.String(); got != want {
			t.Errorf("%+v = %q, want %q", s, got, want)
		}
	}
}

func TestDurationsInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		5 * 24 * time.Hour: "5 days", 48 * time.Hour: "2 days", 24 * time.Hour: "24 hours", 36 * time.Hour: "36 hours", 12 * time.Hour: "12 hours",
		90 * time.Minute: "90 minutes", time.Hour: "60 minutes", 30 * time.Second: "30 seconds", time.Second: "1 second",
		1743 * time.Minute: "29 hours",
	} {
		if got := webhook.InWords(d); got != want {
			t.Errorf("%v = %q, want %q", d, got, want)
		}
	}
}
