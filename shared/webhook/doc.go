// Package webhook is the domain: task events, the integrations that users
// configure, the dispatches that come of both, and the rules about them.
//
// Its functions are pure: time, randomness and ids arrive as arguments, and
// nothing here does I/O. A value read from a store may be kept and changed by
// its reader; the functions of this package never change their arguments.
package webhook
