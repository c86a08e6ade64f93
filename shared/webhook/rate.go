package webhook

import "time"

// Rate allows PerMinute attempts per minute, evenly spaced, and up to Burst at once after a pause:
// no minute has more than both together. Its only state is the time at which all of its slots are
// free again (the generic cell rate algorithm).
type Rate struct{ PerMinute, Burst int }

// Slot is how long one attempt occupies the rate, rounded up to microseconds, the precision of the
// stores.
func (r Rate) Slot() time.Duration {
	n := time.Duration(max(r.PerMinute, 1)) * time.Microsecond
	return (time.Minute + n - 1) / n * time.Microsecond
}

// Latest returns the latest all-free time for which one slot is still free at now.
func (r Rate) Latest(now time.Time) time.Time {
	return now.Add(time.Duration(max(r.Burst, 1)-1) * r.Slot())
}

// Take takes a slot and returns the new all-free time. It returns false if no slot is free now.
func (r Rate) Take(allFree, now time.Time) (time.Time, bool) {
	if allFree.After(r.Latest(now)) {
		return allFree, false
	}
	if allFree.Before(now) {
		allFree = now
	}
	return allFree.Add(r.Slot()), true
}
