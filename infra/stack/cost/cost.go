// Package cost calculates the AWS cost of deliveries from their measured use and the list prices in
// the template.
package cost

import (
	"fmt"
	"time"

	"github.com/thordata/webhook-integration/infra/stack"
)

const (
	// requestBytes is how much of a payload SQS and EventBridge count as one request or event.
	requestBytes = 64 << 10

	// logLineBytes is what CloudWatch adds to the size of each log line.
	logLineBytes = 26

	gigabyte = 1 << 30
	million  = 1e6
)

// Use is the measured use of some deliveries.
type Use struct {
	Deliveries int

	BusEvents      int
	SQSRequests    int
	LambdaRequests int
	GBSeconds      float64

	ReadRequests, WriteRequests int     // of the table
	ReadUnits, WriteUnits       float64 // consumed by them

	LogBytes    int
	StoredBytes int           // size of the records in the table
	Kept        time.Duration // how long records are stored
	SentBytes   int           // to receivers over the internet
}

// Requests returns how many requests or events SQS and EventBridge count for a payload.
func Requests(bytes int) int { return max(1, (bytes+requestBytes-1)/requestBytes) }

// LogLine returns how many bytes CloudWatch counts for a line.
func LogLine(text string) int { return len(text) + logLineBytes }

// Invocation is one invocation of a function, with what Lambda bills.
type Invocation struct {
	MemoryMB int
	Waits    time.Duration // for the table, the queue and receivers
	CPU      time.Duration // with a whole processor
}

// processor is the memory, in MB, at which a function has a whole processor.
const processor = 1769

// GBSeconds returns the billed use of an invocation. With less memory, a function has a
// proportional share of a processor.
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

// Bill returns the cost of a million deliveries with the measured use.
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

// Additional returns costs that depend on other choices: how long records and the log are stored, and how
// much is sent over the internet, of which the first 100 GB per month are free. CloudWatch compresses
// what it stores, so the log costs less than this.
func (u Use) Additional(p stack.Prices) []Item {
	months := u.Kept.Hours() / (30 * 24)
	days := fmt.Sprintf(" for %.0f days", u.Kept.Hours()/24)
	return []Item{
		u.bytes("DynamoDB storage"+days, u.StoredBytes, p.TableGBMonth*months),
		u.bytes("Point-in-time recovery"+days, u.StoredBytes, p.BackupGBMonth*months),
		u.bytes("Stored log"+days, u.LogBytes, p.LogGBMonth*months),
		u.bytes("Transfer out", u.SentBytes, p.TransferOutGB),
	}
}

func (u Use) bytes(name string, n int, perGB float64) Item {
	each := float64(n) / float64(u.Deliveries)
	return Item{name, each, "bytes", each * million / gigabyte * perGB}
}

// Total returns the sum of a bill, in dollars per million deliveries.
func Total(bill []Item) (sum float64) {
	for _, item := range bill {
		sum += item.Dollars
	}
	return sum
}
