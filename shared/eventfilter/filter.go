// Package eventfilter compiles the filters of integrations: event patterns over task events.
package eventfilter

import (
	"github.com/thordata/webhook-integration/shared/compiled"
	"github.com/thordata/webhook-integration/shared/eventpattern"
)

// Fields are the names that a filter may use at its top level: the fields of a task event.
func Fields() []string {
	return []string{"userId", "userName", "createdAt", "eventType", "eventId", "eventData", "resource"}
}

// Compile returns the pattern that a filter spells. Its errors are *eventpattern.Error.
func Compile(filter string) (*eventpattern.Pattern, error) {
	return eventpattern.Compile([]byte(filter), Fields(), eventpattern.DefaultLimits())
}

// cached is the maximum number of filters in a cache.
const cached = 1000

// NewCache returns a cache of compiled filters.
func NewCache() *compiled.Cache[*eventpattern.Pattern] {
	return compiled.NewCache(cached, Compile)
}
