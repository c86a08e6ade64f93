package scale

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestAPartitionTakesSoManyWritesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCapacity(partitionUnits)
		taken := func(partition string, tries int) (n int) {
			for range tries {
				if c.take(partition) {
					n++
				}
			}
			return n
		}
		if got := taken("a", 3000); got != 1000 {
			t.Errorf("%d at once, want 1000", got)
		}
		if got := taken("b", 10); got != 10 {
			t.Errorf("another partition took %d, want 10", got)
		}
		time.Sleep(250 * time.Millisecond)
		if got := taken("a", 3000); got != 250 {
			t.Errorf("%d a quarter of a second later, want 250", got)
		}
		time.Sleep(time.Hour)
		if got := taken("a", 3000); got != 1000 {
			t.Errorf("%d after an hour, want 1000: nothing is saved for later", got)
		}
	})
}

func TestAThrottledWriteIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(&use{}, 1)
		s.add(webhook.Integration{ID: "i", UserID: "u"})
		s.parts = newCapacity(0)
		s.parts.most = 1
		d := webhook.Dispatch{ID: "d", IntegrationID: "i", Revision: 1}
		if err := s.SaveDispatch(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		d.Revision = 2
		if err := s.SaveDispatch(t.Context(), d); !errors.Is(err, webhook.ErrThrottled) {
			t.Errorf("SaveDispatch = %v, want ErrThrottled", err)
		}
		if s.throttled != sdkTries || time.Since(began) < sdkPause {
			t.Errorf("throttled %d times in %v", s.throttled, time.Since(began))
		}
		if s.logs["i"].records["d"].Revision != 1 {
			t.Error("a throttled write was stored")
		}
	})
}

// runFor keeps the slots busy with invocations of a duration, and returns the average concurrency.
func runFor(s *slots, each, all time.Duration) float64 {
	end, used := time.Now().Add(all), 0.
	for time.Now().Before(end) {
		for s.try() {
			used += each.Seconds()
			time.AfterFunc(each, s.free)
		}
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(each)
	return used / all.Seconds()
}

func TestAScaledDownLimitHoldsOnAverage(t *testing.T) {
	for name, tc := range map[string]struct {
		limit float64
		each  time.Duration
	}{
		"a whole limit":            {20, time.Second},
		"half an invocation":       {0.5, time.Second},
		"a long one of an eighth":  {0.125, 30 * time.Second},
		"short ones of an eighth":  {0.125, 200 * time.Millisecond},
		"long ones at a few limit": {few, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSlots(tc.limit)
				if got := runFor(s, tc.each, 10*time.Hour); math.Abs(got-tc.limit) > tc.limit/10 {
					t.Errorf("%.3f ran on average, want %.3f", got, tc.limit)
				}
			})
		})
	}
}

func TestAMeterAveragesOverMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMeter(time.Minute)
		time.Sleep(30 * time.Second)
		m.add(4)
		time.Sleep(30 * time.Second)
		m.add(-4)
		time.Sleep(time.Hour)
		m.add(1)
		time.Sleep(time.Minute)
		if got := m.busiest(); got != 2 {
			t.Errorf("busiest minute %v, want 2", got)
		}
	})
}
