package dynamostore

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func cancelled(codes ...string) error {
	err := &types.TransactionCanceledException{}
	for _, c := range codes {
		err.CancellationReasons = append(err.CancellationReasons, types.CancellationReason{Code: aws.String(c)})
	}
	return err
}

// times returns a function that returns err n times, then nil, and counts its calls.
func times(n int, err error) (fail func() error, tries *int) {
	tries = new(int)
	return func() error {
		if *tries++; *tries <= n {
			return err
		}
		return nil
	}, tries
}

func TestConflictingWritesAreRetried(t *testing.T) {
	w := newHarness(t)
	for name, err := range map[string]error{
		"conflict": cancelled("TransactionConflict", "None", "None"),
		"throttle": cancelled("None", "ThrottlingError", "None"),
	} {
		t.Run(name, func(t *testing.T) {
			var tries *int
			w.spy.transact, tries = times(3, err)
			w.created()
			if *tries != 4 {
				t.Errorf("tried %d times, want 4", *tries)
			}
		})
	}
	w.spy.transact = nil
	var tries *int
	w.spy.put, tries = times(2, &types.TransactionConflictException{})
	w.saved(w.dispatch(w.created(), "a"))
	if *tries != 3 {
		t.Errorf("a dispatch was tried %d times, want 3", *tries)
	}
}

func TestRetriesOfWritesAreBounded(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	want := &types.TransactionConflictException{}
	var tries *int
	w.spy.put, tries = times(1000, want)
	if err := w.SaveDispatch(t.Context(), w.dispatch(in, "a")); !errors.Is(err, want) || *tries != conflictTries {
		t.Errorf("error = %v after %d tries, want the conflict after %d", err, *tries, conflictTries)
	}
}

func TestReplacedVersionsExpireAfterTheirLastDispatch(t *testing.T) {
	w := newHarness(t)
	first := w.created()
	second := first.Changed(time.Now())
	ttl := func(n int) int64 { return w.raw(versionKey(first.ID, n)).int64("ttl") }
	about := func(what string, got int64) {
		t.Helper()
		want := time.Now().Add(w.keep + outlive).Unix()
		if got < want-60 || got > want+60 {
			t.Errorf("%s has ttl %d, want about %d", what, got, want)
		}
	}
	if ttl(1) != 0 {
		t.Error("the current version expires")
	}
	w.must(w.UpdateIntegration(t.Context(), second))
	about("the replaced version", ttl(1))
	if ttl(2) != 0 {
		t.Error("the current version expires")
	}
	w.must(w.DeleteIntegration(t.Context(), w.user, first.ID, 2))
	about("the deleted integration's version", ttl(2))
}

func TestRepeatedUpdateSucceedsAfterHealthChange(t *testing.T) {
	w := newHarness(t)
	second := w.created().Changed(time.Now().Truncate(time.Millisecond))
	w.must(w.UpdateIntegration(t.Context(), second))
	w.must(w.SaveHealth(t.Context(), w.user, second.ID, webhook.Health{}, webhook.Health{FailingSince: time.UnixMilli(1).UTC(), Notified: webhook.NoticeFailing}))
	w.must(w.UpdateIntegration(t.Context(), second))
}

func TestQuotaOfZeroIsEnforced(t *testing.T) {
	w := newHarness(t)
	in := w.created()
	in.ID, in.UserID = ids.New(time.Now()), "a new user"
	if _, err := w.CreateIntegration(t.Context(), in, webhook.CreateOptions{Quota: 0}); !errors.Is(err, webhook.ErrQuota) {
		t.Errorf("error = %v, want ErrQuota", err)
	}
}

func TestConcurrentHoldsOfOneIntegrationSucceed(t *testing.T) {
	w := newHarness(t)
	in := w.created().Changed(time.Now().Truncate(time.Millisecond))
	in.Status = webhook.Paused
	w.must(w.UpdateIntegration(t.Context(), in))
	var all sync.WaitGroup
	for env := range 4 { // as many environments of the function, each with batches of ten
		store := New(newClient(t, http.DefaultTransport), Options{Table: *w.table, Retention: w.keep})
		for i := range 10 {
			d := w.dispatch(in, fmt.Sprint(env, i))
			d.Status = webhook.DispatchHeld
			all.Go(func() {
				if err := store.HoldDispatch(t.Context(), d); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	page, err := w.Dispatches(t.Context(), in.ID, webhook.DispatchQuery{Limit: 100, Statuses: []webhook.DispatchStatus{webhook.DispatchHeld}})
	if err != nil || len(page.Dispatches) != 40 {
		t.Errorf("%d dispatches are held, want 40; %v", len(page.Dispatches), err)
	}
}
