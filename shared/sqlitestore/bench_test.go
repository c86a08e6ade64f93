package sqlitestore

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// callers is the number of goroutines that share commits in the benchmarks.
const callers = 64

func sampleEvent(b *testing.B) []byte {
	event, err := os.ReadFile("../../events/task-succeeded.detail.json")
	if err != nil {
		b.Fatal(err)
	}
	return event
}

func benchIntegrations(b *testing.B, s *Store) []webhook.Integration {
	var all []webhook.Integration
	for i := range 100 {
		in := webhook.Integration{
			ID: ids.New(time.Now()), UserID: fmt.Sprint("user-", i), Name: "n", EventTypes: []webhook.EventType{webhook.Succeeded},
			RequestURL: "https://example.com/hook", Status: webhook.Active, Version: 1, CreatedAt: time.Now(), ModifiedAt: time.Now(),
			Secrets: webhook.Secrets{Current: make([]byte, 64)},
		}
		if _, err := s.CreateIntegration(b.Context(), in, webhook.CreateOptions{Quota: 1}); err != nil {
			b.Fatal(err)
		}
		all = append(all, in)
	}
	return all
}

func benchMessage(in webhook.Integration, n int64, event []byte) webhook.Message {
	now := time.Now()
	id := ids.Dispatch(now, fmt.Sprint(n), in.ID)
	return webhook.Message{
		Ref:     webhook.Ref{UserID: in.UserID, IntegrationID: in.ID, DispatchID: id},
		EventID: "e", EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent, CreatedAt: now, Accepted: now, Event: event,
	}
}

func succeeded(m webhook.Message) webhook.Dispatch {
	a := webhook.Attempt{Number: 1, StartedAt: m.CreatedAt, Duration: time.Millisecond, ResponseStatus: 200, ResponseBody: "ok", IntegrationVersion: 1}
	return m.Dispatch().After(a, webhook.Verdict{Status: webhook.DispatchSucceeded}, m.CreatedAt)
}

// parallel calls f from callers goroutines. It also reports the CPU time of all cores, including
// the kernel's.
func parallel(b *testing.B, f func(n int64) error) {
	b.SetParallelism(callers / 2) // times GOMAXPROCS
	var n atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	before := cpuTime(b)
	defer func() { b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op") }()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := f(n.Add(1)); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDelivery runs all store and queue operations of a successful delivery.
func BenchmarkDelivery(b *testing.B) {
	s := openFor(b, Options{})
	q, err := s.Queue(b.Context(), QueueOptions{Slots: 4 * callers})
	if err != nil {
		b.Fatal(err)
	}
	all, event := benchIntegrations(b, s), sampleEvent(b)
	parallel(b, func(n int64) error {
		if err := q.Send(b.Context(), []webhook.Message{benchMessage(all[n%100], n, event)}); err != nil {
			return err
		}
		in, err := q.Receive(b.Context())
		if err != nil {
			return err
		}
		m, err := webhook.DecodeMessage([]byte(in.Body))
		if err != nil {
			return err
		}
		if _, err := s.Load(b.Context(), []webhook.Ref{m.Ref}); err != nil {
			return err
		}
		if err := s.SaveDispatch(b.Context(), succeeded(m)); err != nil {
			return err
		}
		q.Delete(in)
		return nil
	})
}

func BenchmarkQueue(b *testing.B) {
	s := openFor(b, Options{})
	q, err := s.Queue(b.Context(), QueueOptions{Slots: 4 * callers})
	if err != nil {
		b.Fatal(err)
	}
	in := benchIntegrations(b, s)
	event := sampleEvent(b)
	parallel(b, func(n int64) error {
		if err := q.Send(b.Context(), []webhook.Message{benchMessage(in[n%100], n, event)}); err != nil {
			return err
		}
		m, err := q.Receive(b.Context())
		if err != nil {
			return err
		}
		q.Delete(m)
		return nil
	})
}

func BenchmarkSaveDispatch(b *testing.B) {
	s := openFor(b, Options{})
	in, event := benchIntegrations(b, s), sampleEvent(b)
	parallel(b, func(n int64) error {
		return s.SaveDispatch(b.Context(), succeeded(benchMessage(in[n%100], n, event)))
	})
}

func BenchmarkLoad10(b *testing.B) {
	s := openFor(b, Options{})
	event := sampleEvent(b)
	var refs []webhook.Ref
	for i, in := range benchIntegrations(b, s)[:10] {
		m := benchMessage(in, int64(i), event)
		if i%2 == 0 { // the other half are first attempts
			if err := s.SaveDispatch(b.Context(), succeeded(m)); err != nil {
				b.Fatal(err)
			}
		}
		refs = append(refs, m.Ref)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Load(b.Context(), refs); err != nil {
			b.Fatal(err)
		}
	}
}
