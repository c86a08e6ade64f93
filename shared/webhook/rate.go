package webhook

import "time"

// Rate lets PerMinute attempts go out in a minute, evenly, and up to Burst at once after a pause: no
// minute has more than both together. All that is kept of it is the time at which all of its slots
// are free again (the generic cell rate algorithm).
type Rate struct{ PerMinute, Burst int }

// Slot is how long one attempt takes up the rate, rounded up to the microsecond in which stores count.
func (r Rate) Slot() time.Duration {
	n := time.Duration(max(r.PerMinute, 1)) * time.Microsecond
	return (time.Minute + n - 1) / n * time.Microsecond
}

// Latest is the latest time of all slots being free at which there is one free now.
func (r Rate) Latest(now time.Time) time.Time {
	return now.Add(time.Duration(max(r.Burst, 1)-1) * r.Slot())
}

// Take takes a slot, where all are free at a time, and returns when all are free after that. It
// reports false if none is free now.
func (r Rate) Take(allFree, now time.Time) (time.Time, bool) {
	if allFree.After(r.Latest(now)) {
		return allFree, false
	}
	if allFree.Before(now) {
		allFree = now
	}
	return allFree.Add(r.Slot()), true
}
