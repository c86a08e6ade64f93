package webhook_test

import (
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestDefaultSchedule(t *testing.T) {
	s := webhook.DefaultSchedule()
	minutes := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720}
	if s.MaxAttempts != len(minutes)+1 {
		t.Fatalf("%d attempts, want %d", s.MaxAttempts, len(minutes)+1)
	}
	var sum time.Duration
	for i, want := range minutes {
		want *= time.Minute
		if got := s.Wait(i+1, 0.5); got != want {
			t.Errorf("wait %d = %v, want %v", i+1, got, want)
		}
		sum += want
	}
	if want := 29*time.Hour + 3*time.Minute; sum != want {
		t.Errorf("all waits = %v, want %v", sum, want)
	}
}

func TestWait(t *testing.T) {
	s := webhook.Schedule{FirstWait: 10 * time.Second, MaxWait: time.Minute, MaxAttempts: 9}
	for name, c := range map[string]struct {
		n      int
		jitter float64
		want   time.Duration
	}{
		"least jitter":             {1, 0, 9 * time.Second},
		"no jitter":                {1, 0.5, 10 * time.Second},
		"most jitter":              {1, 1, 11 * time.Second},
		"doubles":                  {2, 0.5, 20 * time.Second},
		"doubles again":            {3, 0.5, 40 * time.Second},
		"is bounded":               {4, 0.5, time.Minute},
		"is bounded with jitter":   {4, 1, time.Minute},
		"jitter below the bound":   {4, 0, 54 * time.Second},
		"does not overflow":        {1_000_000, 0.5, time.Minute},
		"before the first attempt": {0, 0.5, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.Wait(c.n, c.jitter); got != c.want {
				t.Errorf("wait = %v, want %v", got, c.want)
			}
		})
	}
}
