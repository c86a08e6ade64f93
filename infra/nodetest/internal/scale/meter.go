package scale

import "time"

// meter averages a level over each of some periods, and remembers the highest average: scaled down, the highest
// level at one moment would say little.
type meter struct {
	level  int
	at     time.Time
	period time.Duration
	began  time.Time // the period
	used   float64   // level x seconds in this period
	most   float64
}

func newMeter(period time.Duration) meter {
	now := time.Now()
	return meter{at: now, period: period, began: now.Truncate(period)}
}

// add changes the level from now on.
func (m *meter) add(n int) {
	m.pass()
	m.level += n
}

// pass lets the time pass since the last call, and returns how much has.
func (m *meter) pass() (passed time.Duration) {
	now := time.Now()
	passed = now.Sub(m.at)
	for now.Sub(m.began) >= m.period {
		end := m.began.Add(m.period)
		m.spend(end)
		m.began = end
		m.most, m.used = max(m.most, m.used/m.period.Seconds()), 0
	}
	m.spend(now)
	return passed
}

func (m *meter) spend(until time.Time) {
	m.used += float64(m.level) * until.Sub(m.at).Seconds()
	m.at = until
}

// busiest returns the average of the busiest period.
func (m *meter) busiest() float64 {
	m.pass()
	return max(m.most, m.used/m.period.Seconds())
}
