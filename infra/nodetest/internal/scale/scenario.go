package scale

import "time"

const (
	integrations = 100 // in the model
	perDay       = 100_000_000
)

// Scenario is a run of the model.
type Scenario struct {
	Name          string
	Dead, Hanging int     // percent of the traffic
	Scale         float64 // one in so many deliveries, integrations and concurrent invocations is simulated
	Burst         int     // deliveries a second to one integration, in addition to all the traffic
	PerMinute     int     // maxPerMinute of that integration; 0 is any number

	Traffic, Until time.Duration // events come for a time, and the model runs on
	Down, Back     time.Duration // when the endpoints go down, and when they come back
}

// rate is how many events a second the model has.
func (s Scenario) rate() float64 { return perDay / 86_400. / s.Scale }

// scenarios returns the runs of the command.
func scenarios(scale float64) []Scenario {
	days := func(name string, dead, hanging int) Scenario {
		return Scenario{
			Name: name, Dead: dead, Hanging: hanging, Scale: scale,
			Traffic: 48 * time.Hour, Until: 52 * time.Hour, Down: time.Hour, Back: 45 * time.Hour,
		}
	}
	burst := func(name string, perSecond, perMinute int) Scenario {
		return Scenario{Name: name, Scale: 1, Burst: perSecond, PerMinute: perMinute, Traffic: 90 * time.Second, Until: 10 * time.Minute}
	}
	return []Scenario{
		days("all healthy", 0, 0),
		days("1 % dead", 1, 0),
		days("5 % dead", 5, 0),
		days("1 % hanging", 0, 1),
		days("5 % hanging", 0, 5),
		days("5 % dead, 5 % hanging", 5, 5),
		burst("all healthy, not scaled down", 0, 0),
		burst("300 a second to one that takes 60 a minute", 300, 60),
		burst("3,000 a second to one", 3000, 0),
	}
}
