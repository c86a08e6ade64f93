package storetest

import (
	"fmt"
	"reflect"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// keeping checks that the suite's fixtures set every field and that the store keeps it.
func keeping() []check {
	return []check{
		{"every field of an integration is kept", keepIntegration},
		{"every field of a dispatch and its attempts is kept", keepDispatch},
	}
}

func keepIntegration(r *subtest) {
	in := r.integration()
	r.full(in)
	_, err := r.store.CreateIntegration(r.Context(), in, webhook.CreateOptions{Quota: 1})
	r.must("create", err)
	got, err := r.store.Integration(r.Context(), in.UserID, in.ID)
	r.must("read", err)
	r.same("integration", got, in)
}

func keepDispatch(r *subtest) {
	in := r.created()
	d := r.dispatch(in)
	d.Round, d.Status, d.FinishedAt = 2, webhook.DispatchFailed, d.CreatedAt.Add(time.Hour)
	d.Attempts[0].Round = 2
	r.full(d)
	r.saved(d)
	got, err := r.store.Dispatch(r.Context(), in.ID, d.ID)
	r.must("read", err)
	r.same("dispatch", got, d)
}

// full fails the test for every field that is zero in the fixture: a store could lose it unnoticed.
func (r *subtest) full(fixture any) {
	r.Helper()
	for _, name := range zeroFields(reflect.ValueOf(fixture)) {
		r.Errorf("the fixture leaves %T.%s zero: give it a value in shared/storetest", fixture, name)
	}
}

func zeroFields(v reflect.Value) []string {
	var zero []string
	for i := range v.NumField() {
		name, f := v.Type().Field(i).Name, v.Field(i)
		if f.IsZero() {
			zero = append(zero, name)
			continue
		}
		if f.Kind() == reflect.Slice && f.Len() > 0 {
			f = f.Index(0)
			name += "[0]"
		}
		if f.Kind() != reflect.Struct || f.Type() == reflect.TypeFor[time.Time]() {
			continue
		}
		for _, inner := range zeroFields(f) {
			zero = append(zero, fmt.Sprintf("%s.%s", name, inner))
		}
	}
	return zero
}
