package cost

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/infra/stack"
)

var prices = stack.Prices{
	Date: "2026-11", Region: "us-east-1",
	LambdaRequest: 0.20, SQSRequest: 0.40, BusEvent: 1, WriteUnit: 0.625, ReadUnit: 0.125,
	LambdaGBSecond: 0.0000133334, TableGBMonth: 0.25, BackupGBMonth: 0.20, LogGB: 0.50, LogGBMonth: 0.03, TransferOutGB: 0.09,
}

func TestBill(t *testing.T) {
	use := Use{
		Deliveries: 1000, BusEvents: 1000, SQSRequests: 1200, LambdaRequests: 1100, GBSeconds: 10,
		ReadUnits: 1500, WriteUnits: 1000, LogBytes: 1000 << 10,
	}
	want := map[string]float64{
		"EventBridge": 1, "SQS": 0.48, "DynamoDB writes": 0.625, "DynamoDB reads": 0.1875,
		"Lambda requests": 0.22, "Lambda time": 0.133334,
		"CloudWatch Logs": 1e6 * 1024 / (1 << 30) * 0.5,
	}
	sum := 0.0
	for _, item := range use.Bill(prices) {
		if math.Abs(item.Dollars-want[item.Name]) > 1e-9 {
			t.Errorf("%s: $%v, want $%v", item.Name, item.Dollars, want[item.Name])
		}
		sum += want[item.Name]
	}
	if got := Total(use.Bill(prices)); math.Abs(got-sum) > 1e-9 {
		t.Errorf("in all $%v, want $%v", got, sum)
	}
}

func TestAdditional(t *testing.T) {
	use := Use{Deliveries: 1000, StoredBytes: 1000 << 10, Kept: 15 * 24 * time.Hour, SentBytes: 2000 << 10, LogBytes: 500 << 10}
	want := map[string]float64{
		"DynamoDB storage for 15 days": 1e6 * 1024 / (1 << 30) * 0.125, "Point-in-time recovery for 15 days": 1e6 * 1024 / (1 << 30) * 0.1,
		"Stored log for 15 days": 1e6 * 512 / (1 << 30) * 0.015, "Transfer out": 1e6 * 2048 / (1 << 30) * 0.09,
	}
	for _, item := range use.Additional(prices) {
		if math.Abs(item.Dollars-want[item.Name]) > 1e-9 {
			t.Errorf("%s: $%v, want $%v", item.Name, item.Dollars, want[item.Name])
		}
	}
}

func TestRequestsOf64KiB(t *testing.T) {
	for bytes, want := range map[int]int{0: 1, 1: 1, 65536: 1, 65537: 2, 1 << 20: 16} {
		if got := Requests(bytes); got != want {
			t.Errorf("%d bytes are %d requests, want %d", bytes, got, want)
		}
	}
}

func TestGBSeconds(t *testing.T) {
	for name, c := range map[string]struct {
		invocation Invocation
		want       float64
	}{
		"only waiting":                 {Invocation{MemoryMB: 1024, Waits: 150 * time.Millisecond}, 0.150},
		"a whole processor":            {Invocation{MemoryMB: 2048, CPU: 100 * time.Millisecond}, 0.200},
		"half a processor":             {Invocation{MemoryMB: 884, CPU: 10 * time.Millisecond}, 0.021 * 884 / 1024},
		"a part of a millisecond more": {Invocation{MemoryMB: 1024, Waits: 1500 * time.Microsecond}, 0.002},
	} {
		if got := c.invocation.GBSeconds(); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v GB-seconds, want %v", name, got, c.want)
		}
	}
}

func TestTableHasAColumnPerCase(t *testing.T) {
	var b strings.Builder
	err := Write(&b, prices, Case{"one", Use{Deliveries: 10, BusEvents: 10}}, Case{"ten", Use{Deliveries: 10, BusEvents: 1}})
	if err != nil || !strings.Contains(b.String(), "| EventBridge | 1 events | 1.00 | 0.1 events | 0.10 |") || !strings.Contains(b.String(), "us-east-1, 2026-11") {
		t.Errorf("%v\n%s", err, b.String())
	}
}
