package poller

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

// list is a queue that delivers each message once and records what happens to it.
type list struct {
	messages chan string
	mu       sync.Mutex
	deleted  []string
	released []string
	fail     error
}

func (l *list) Receive(ctx context.Context) (events.SQSMessage, error) {
	l.mu.Lock()
	err := l.fail
	l.mu.Unlock()
	if err != nil {
		return events.SQSMessage{}, err
	}
	select {
	case id := <-l.messages:
		return events.SQSMessage{MessageId: id}, nil
	case <-ctx.Done():
		return events.SQSMessage{}, ctx.Err()
	}
}

func (l *list) Delete(m events.SQSMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deleted = append(l.deleted, m.MessageId)
}

func (l *list) Release(m events.SQSMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.released = append(l.released, m.MessageId)
}

func TestBatchResponseIsHonored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &list{messages: make(chan string, 4)}
		for _, id := range []string{"good", "failed", "broken", "panics"} {
			l.messages <- id
		}
		p := &Poller{Queue: l, Workers: 4, Log: logtest.New(t), Handler: func(_ context.Context, ev events.SQSEvent) (r events.SQSEventResponse, err error) {
			switch id := ev.Records[0].MessageId; id {
			case "failed":
				r.BatchItemFailures = []events.SQSBatchItemFailure{{ItemIdentifier: id}}
			case "broken":
				err = errors.New("broken")
			case "panics":
				panic(id)
			}
			return r, err
		}}
		polling, stop := context.WithCancel(t.Context())
		done := run(t, p, polling)
		synctest.Wait()
		stop()
		<-done
		slices.Sort(l.released)
		if !slices.Equal(l.deleted, []string{"good"}) || !slices.Equal(l.released, []string{"broken", "failed", "panics"}) {
			t.Errorf("deleted %v, released %v", l.deleted, l.released)
		}
	})
}

func TestRunWaitsForMessagesInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &list{messages: make(chan string, 1)}
		l.messages <- "slow"
		finish := make(chan struct{})
		p := &Poller{Queue: l, Workers: 4, Log: logtest.New(t), Handler: func(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
			<-finish
			return events.SQSEventResponse{}, nil
		}}
		polling, stop := context.WithCancel(t.Context())
		done := run(t, p, polling)
		synctest.Wait()
		stop()
		synctest.Wait()
		select {
		case <-done:
			t.Fatal("Run returned before the message in progress")
		default:
		}
		close(finish)
		<-done
		if !slices.Equal(l.deleted, []string{"slow"}) {
			t.Errorf("deleted %v; want the slow one", l.deleted)
		}
	})
}

func TestReceiveIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &list{messages: make(chan string, 1), fail: errors.New("disk gone")}
		l.messages <- "late"
		p := &Poller{Queue: l, Workers: 4, Log: logtest.New(t), Handler: func(context.Context, events.SQSEvent) (r events.SQSEventResponse, err error) {
			return r, nil
		}}
		polling, stop := context.WithCancel(t.Context())
		done := run(t, p, polling)
		synctest.Wait()
		l.mu.Lock()
		l.fail = nil
		l.mu.Unlock()
		time.Sleep(pause) // virtual time
		synctest.Wait()
		stop()
		<-done
		if !slices.Equal(l.deleted, []string{"late"}) {
			t.Errorf("deleted %v; want the message after the error", l.deleted)
		}
	})
}

func run(t *testing.T, p *Poller, polling context.Context) (done chan struct{}) {
	done = make(chan struct{})
	go func() {
		defer close(done)
		p.Run(t.Context(), polling)
	}()
	return done
}
