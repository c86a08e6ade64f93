//go:build !linux

package lambdaruntime

import "time"

// processorTime is not known here while the process runs.
func processorTime(int) time.Duration { return 0 }
