// Package cost says what AWS asks for deliveries, from what was counted of them and from the
// list prices that the template holds.
package cost

import (
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/infra/stack"
)

const (
	// requestBytes is the part of a payload that SQS and EventBridge count as one request, or event.
	requestBytes = 64 << 10

	// logLineBytes is what CloudWatch counts for a log line in addition to its text.
	logLineBytes = 26

	gigabyte = 1 << 30
	million  = 1e6
)

// Use is what some deliveries used.
type Use struct {
	Deliveries int

	BusEvents      int
	SQSRequests    int
	LambdaRequests int
	GBSeconds      float64

	ReadRequests, WriteRequests int     // of the table
	ReadUnits, WriteUnits       float64 // that these cost

	LogBytes    int
	StoredBytes int           // of records in the table
	Kept        time.Duration // for how long they stay there
	SentBytes   int           // to receivers, over the internet
}

// Requests is as how many requests SQS, or EventBridge, counts a payload.
func Requests(bytes int) int { return max(1, (bytes+requestBytes-1)/requestBytes) }

// LogLine is as how many bytes CloudWatch counts a line.
func LogLine(text string) int { return len(text) + logLineBytes }

// Invocation is one run of a function, for what Lambda bills of it.
type Invocation struct {
	MemoryMB int
	Waits    time.Duration // for others: the table, the queue, the receiver
	CPU      time.Duration // of a whole processor
}

// processor is the memory, in MB, with which a function has one processor to itself.
const processor = 1769

// GBSeconds is what an invocation is billed for: a function with less memory than a processor goes
// with has its processor for a part of the time.
func (i Invocation) GBSeconds() float64 {
	share := min(1, float64(i.MemoryMB)/processor)
	billed := i.Waits + time.Duration(float64(i.CPU)/share)
	billed = (billed + time.Millisecond - 1).Truncate(time.Millisecond)
	return billed.Seconds() * float64(i.MemoryMB) / 1024
}

// Item is one line of a bill.
type Item struct {
	Name    string
	Used    float64 // per delivery
	Unit    string
	Dollars float64 // per million deliveries
}

// Bill is what a million deliveries cost that are like the counted ones.
func (u Use) Bill(p stack.Prices) []Item {
	per := func(n float64) float64 { return n / float64(u.Deliveries) }
	requests := func(name, unit string, n, perMillion float64) Item {
		return Item{name, per(n), unit, per(n) * perMillion}
	}
	return []Item{
		requests("EventBridge", "events", float64(u.BusEvents), p.BusEvent),
		requests("SQS", "requests", float64(u.SQSRequests), p.SQSRequest),
		requests("DynamoDB writes", "units", u.WriteUnits, p.WriteUnit),
		requests("DynamoDB reads", "units", u.ReadUnits, p.ReadUnit),
		requests("Lambda requests", "requests", float64(u.LambdaRequests), p.LambdaRequest),
		requests("Lambda time", "GB-seconds", u.GBSeconds, p.LambdaGBSecond*million),
		u.bytes("CloudWatch Logs", u.LogBytes, p.LogGB),
	}
}

// Beside is what comes on top of the bill, and depends on choices: for how long records are kept, and
// how much is sent over the internet, of which AWS gives the first 100 GB of a month.
func (u Use) Beside(p stack.Prices) []Item {
	months := u.Kept.Hours() / (30 * 24)
	return []Item{
		u.bytes(fmt.Sprintf("DynamoDB storage for %.0f days", u.Kept.Hours()/24), u.StoredBytes, p.TableGBMonth*months),
		u.bytes("Transfer out", u.SentBytes, p.TransferOutGB),
	}
}

func (u Use) bytes(name string, n int, perGB float64) Item {
	each := float64(n) / float64(u.Deliveries)
	return Item{name, each, "bytes", each * million / gigabyte * perGB}
}

// Total adds up a bill, in dollars per million deliveries.
func Total(bill []Item) (sum float64) {
	for _, item := range bill {
		sum += item.Dollars
	}
	return sum
}
