package eventpattern

// Limits bound what a pattern may cost. Compile refuses a pattern that is over one.
type Limits struct {
	Bytes        int // of the pattern's text
	Depth        int // of fields within fields
	Values       int // in all lists together, those of anything-but included
	Alternatives int // what $or amounts to: two of them with three objects each make nine
	Comparisons  int // values in all alternatives together: a value outside of $or counts in each
	Wildcards    int // asterisks in one wildcard
	AllWildcards int // asterisks in the whole pattern
}

// DefaultLimits returns limits that no pattern written by hand reaches.
//
// EventBridge allows 2,048 characters and 1,000 alternatives, and refuses wildcards that are "too complex"
// by a measure that it does not document.
func DefaultLimits() Limits {
	return Limits{Bytes: 4096, Depth: 16, Values: 200, Alternatives: 64, Comparisons: 1000, Wildcards: 8, AllWildcards: 32}
}
