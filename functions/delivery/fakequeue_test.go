package delivery_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

const (
	visibility  = 6 * time.Minute // of a received message
	maxReceives = 51              // once in deliveries, 50 times in retries
)

// fakeQueue is a queue in memory with a redrive, like SQS with its event source mapping.
type fakeQueue struct {
	fail *failingCalls // called around each Hide

	mu       sync.Mutex
	messages []*queued
	dead     []*queued
	hides    []time.Duration
	made     int
}

type queued struct {
	id       string
	body     string
	visible  time.Time
	received time.Time // the last time
	receives int
}

func (l *fakeQueue) add(body []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made++
	l.messages = append(l.messages, &queued{id: "M-" + strconv.Itoa(l.made), body: string(body), visible: time.Now()})
}

// next returns when the next message becomes visible.
func (l *fakeQueue) next() (at time.Time, some bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.messages {
		if !some || m.visible.Before(at) {
			at, some = m.visible, true
		}
	}
	return at, some
}

func (l *fakeQueue) receive() []events.SQSMessage {
	l.mu.Lock()
	defer l.mu.Unlock()
	var batch []events.SQSMessage
	for _, m := range slices.Clone(l.messages) {
		if m.visible.After(time.Now()) || len(batch) == 10 {
			continue
		}
		if m.receives++; m.receives > maxReceives {
			l.dead = append(l.dead, m)
			l.remove(m.id)
			continue
		}
		m.received, m.visible = time.Now(), time.Now().Add(visibility)
		batch = append(batch, events.SQSMessage{
			MessageId: m.id, ReceiptHandle: m.id, Body: m.body,
			Attributes: map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.receives)},
		})
	}
	return batch
}

// settle deletes the messages that the response does not name.
func (l *fakeQueue) settle(batch []events.SQSMessage, resp events.SQSEventResponse) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range batch {
		if !slices.Contains(resp.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId}) {
			l.remove(m.MessageId)
		}
	}
}

func (l *fakeQueue) remove(id string) {
	l.messages = slices.DeleteFunc(l.messages, func(m *queued) bool { return m.id == id })
}

func (l *fakeQueue) Hide(_ context.Context, raw events.SQSMessage, d time.Duration) error {
	return l.fail.around("queue hide", func() error {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.hides = append(l.hides, d)
		for _, m := range l.messages {
			if m.id != raw.MessageId {
				continue
			}
			if until := time.Now().Add(d); d < 0 || until.Sub(m.received) > 12*time.Hour {
				return fmt.Errorf("SQS hides for 0 to 12 hours from the receive, not until %v after it", until.Sub(m.received))
			}
			if m.receives == 1 && d > longestFirst {
				return fmt.Errorf("a message is hidden for %v in the queue of first attempts", d)
			}
			m.visible = time.Now().Add(d)
		}
		return nil
	})
}
