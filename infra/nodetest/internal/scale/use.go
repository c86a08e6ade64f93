package scale

import (
	"sync"
	"time"

	"github.com/thordata/webhook-integration/infra/stack/cost"
)

const (
	memoryMB   = 256 // of the functions
	bodyBytes  = 2 << 10
	cpuEvent   = 1600 * time.Microsecond // of the fan-out, for an event; as the end-to-end test of the cost measures it
	cpuMessage = 640 * time.Microsecond  // of the delivery
)

// use counts what AWS bills.
type use struct {
	mu sync.Mutex
	cost.Use
}

func (u *use) add(f func(*cost.Use)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f(&u.Use)
}

func (u *use) read(units float64) {
	u.add(func(c *cost.Use) { c.ReadRequests++; c.ReadUnits += units })
}

func (u *use) write(units float64) {
	u.add(func(c *cost.Use) { c.WriteRequests++; c.WriteUnits += units })
}

func (u *use) requests(n int) { u.add(func(c *cost.Use) { c.SQSRequests += n }) }

// invocation counts one that took a while in virtual time, in which the CPU takes none.
func (u *use) invocation(took, cpu time.Duration) {
	u.add(func(c *cost.Use) {
		c.LambdaRequests++
		c.GBSeconds += cost.Invocation{MemoryMB: memoryMB, Waits: took, CPU: cpu}.GBSeconds()
	})
}

// Write counts a line of the log.
func (u *use) Write(line []byte) (int, error) {
	u.add(func(c *cost.Use) { c.LogBytes += cost.LogLine(string(line)) })
	return len(line), nil
}

func (u *use) event() { u.add(func(c *cost.Use) { c.BusEvents++ }) }
