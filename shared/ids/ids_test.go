package ids_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thordata/webhook-integration/shared/ids"
)

var start = time.Date(2025, 6, 7, 6, 33, 14, 123_000_000, time.UTC)

func TestNewIDsDifferAndSortByTime(t *testing.T) {
	var all []string
	for i := range 100 {
		all = append(all, ids.New(start.Add(time.Duration(i)*time.Millisecond)))
	}
	if !slices.IsSorted(all) {
		t.Error("ids do not sort by time")
	}
	if a, b := ids.New(start), ids.New(start); a == b {
		t.Errorf("two ids of the same millisecond are both %s", a)
	}
	if got := ids.Time(all[0]); !got.Equal(start) || got.Location() != time.UTC {
		t.Errorf("time = %v, want %v", got, start)
	}
}

// A dispatch's id must never change: receivers use it to detect repeats.
func TestDispatchIDIsFixed(t *testing.T) {
	const want = "01JX4HFV4BP3TBVSDS97FQ1CS5"
	if got := ids.Dispatch(start, "event", "01JX4A0XAV0000000000000000"); got != want {
		t.Errorf("id = %s, want %s", got, want)
	}
	if !ids.Valid(want) {
		t.Errorf("%s is not valid", want)
	}
}

func TestDispatchIDsDiffer(t *testing.T) {
	same := ids.Dispatch(start, "ab", "c")
	for name, other := range map[string]string{
		"another event":          ids.Dispatch(start, "ax", "c"),
		"another integration":    ids.Dispatch(start, "ab", "x"),
		"the same concatenation": ids.Dispatch(start, "a", "bc"),
		"another time":           ids.Dispatch(start.Add(time.Millisecond), "ab", "c"),
	} {
		if other == same {
			t.Errorf("%s has the same id", name)
		}
	}
	if again := ids.Dispatch(start.In(time.FixedZone("", 3600)), "ab", "c"); again != same {
		t.Error("the id depends on the time zone")
	}
}

func TestValid(t *testing.T) {
	id := ids.New(start)
	for s, want := range map[string]bool{
		id: true, strings.ToLower(id): false, id[1:]: false, id + "0": false, "": false,
		"8" + id[1:]:  false, // beyond 128 bits
		id[:25] + "U": false, id[:25] + "#": false,
	} {
		if ids.Valid(s) != want {
			t.Errorf("Valid(%q) = %t, want %t", s, !want, want)
		}
		if !want && len(s) != 26 && !ids.Time(s).IsZero() {
			t.Errorf("Time(%q) = %v, want none", s, ids.Time(s))
		}
	}
}

func TestBoundsHoldAllIDsOfAMillisecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(0, 1<<48-1).Draw(t, "time"))
		id := ids.Dispatch(at, rapid.String().Draw(t, "event"), "i")
		if id < ids.Floor(at) || id > ids.Ceiling(at) {
			t.Errorf("%s is not from %s to %s", id, ids.Floor(at), ids.Ceiling(at))
		}
		if next := at.Add(time.Millisecond); next.UnixMilli() < 1<<48 && ids.Ceiling(at) >= ids.Floor(next) {
			t.Errorf("%v overlaps the next millisecond", at)
		}
	})
}

func TestTimesBeyondTheRangeAreClamped(t *testing.T) {
	for name, c := range map[string]struct{ given, want time.Time }{
		"before 1970": {time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.UnixMilli(0)},
		"after 10889": {time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC), time.UnixMilli(1<<48 - 1)},
	} {
		for _, id := range []string{ids.New(c.given), ids.Dispatch(c.given, "e", "i"), ids.Floor(c.given), ids.Ceiling(c.given)} {
			if got := ids.Time(id); !got.Equal(c.want) {
				t.Errorf("%s: time = %v, want %v", name, got, c.want)
			}
		}
	}
}
