// Package webhook is the domain: task events, the integrations that users configure, the dispatches
// of events to integrations, and the rules for them.
//
// The functions are pure: time, randomness and ids are arguments, and nothing here does I/O. They
// never change their arguments. Callers may keep and change what a store returns.
package webhook
