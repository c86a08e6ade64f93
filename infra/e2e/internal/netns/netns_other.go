//go:build !linux

package netns

// Run returns ErrUnavailable.
func Run() (code int, err error) { return 0, ErrUnavailable }

// Raise returns ErrUnavailable.
func Raise() error { return ErrUnavailable }
