package bus

import (
	"testing"
	"time"
)

// Sizes as in https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html.
func TestSizes(t *testing.T) {
	at := 1.0
	for want, e := range map[int]entry{
		0:  {},
		3:  {Source: "abc"},
		5:  {Source: "abc", DetailType: "de"},
		11: {Source: "abc", DetailType: "de", Detail: "123456"},
		14: {Time: &at},
		7:  {Resources: []string{"abc", "defg"}},
	} {
		if got := e.size(); got != want {
			t.Errorf("%+v has %d bytes, want %d", e, got, want)
		}
	}
}

func TestTimesOfEntries(t *testing.T) {
	now := time.Date(2025, 6, 7, 0, 0, 0, 0, time.UTC)
	for given, want := range map[float64]time.Time{
		-1: now, 0: time.Unix(0, 0).UTC(), 1.9: time.Unix(1, 0).UTC(), endOf9999: time.Unix(endOf9999, 0).UTC(), endOf9999 + 1: now,
	} {
		if got := (entry{Time: &given}).time(now); !got.Equal(want) {
			t.Errorf("time %v is %v, want %v", given, got, want)
		}
	}
}
