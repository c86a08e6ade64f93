package egress

import (
	"strconv"
	"testing"
	"time"
)

func TestAHostIsRememberedForAWhile(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := newRemembered(func() time.Time { return now })
	r.add("a:443")
	now = now.Add(rememberFor - 1)
	if !r.has("a:443") || r.has("b:443") {
		t.Errorf("has a %v, b %v; want a alone", r.has("a:443"), r.has("b:443"))
	}
	now = now.Add(1)
	if r.has("a:443") {
		t.Error("a is remembered for longer than an hour")
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := newRemembered(func() time.Time { return now })
	r.add("old:443")
	now = now.Add(time.Minute)
	for i := range maxRemembered - 1 {
		r.add(strconv.Itoa(i))
	}
	now = now.Add(rememberFor - time.Minute) // the old one has expired, the others have not
	r.add("new:443")
	if len(r.until) != maxRemembered || !r.has("new:443") || !r.has("0") {
		t.Errorf("%d hosts; want what is over to have made room", len(r.until))
	}
	r.add("newer:443")
	if len(r.until) != maxRemembered || !r.has("newer:443") {
		t.Errorf("%d hosts, want %d with the newest among them", len(r.until), maxRemembered)
	}
}
