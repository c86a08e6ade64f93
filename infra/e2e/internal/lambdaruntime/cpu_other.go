//go:build !linux

package lambdaruntime

import "time"

// processorTime of a running process is not available on this system.
func processorTime(int) time.Duration { return 0 }
