package clock_test

import (
	"slices"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/clock"
)

var start = time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC)

func TestHeldCallsInTheOrderOfTime(t *testing.T) {
	c := clock.Hold(start)
	var got []time.Duration
	note := func() { got = append(got, c.Now().Sub(start)) }
	c.AfterFunc(3*time.Second, note)
	c.AfterFunc(time.Second, func() {
		note()
		c.AfterFunc(time.Second, note) // due within the same Advance
	})
	c.AfterFunc(time.Minute, note)

	c.Advance(10 * time.Second)
	if want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second}; !slices.Equal(got, want) {
		t.Errorf("calls at %v, want %v", got, want)
	}
	if want := start.Add(10 * time.Second); !c.Now().Equal(want) {
		t.Errorf("now = %v, want %v", c.Now(), want)
	}
}

func TestHeldStops(t *testing.T) {
	c := clock.Hold(start)
	stop := c.AfterFunc(time.Second, func() { t.Error("called after it was stopped") })
	if !stop() {
		t.Error("the first stop reported false")
	}
	c.Advance(time.Hour)
	if stop() {
		t.Error("the second stop reported true")
	}
}

func TestHeldCallsDueFunctionsImmediately(t *testing.T) {
	called := make(chan struct{})
	clock.Hold(start).AfterFunc(0, func() { close(called) })
	<-called
}

func TestSystem(t *testing.T) {
	before := time.Now()
	if now := clock.System().Now(); now.Before(before) {
		t.Errorf("now = %v is before %v", now, before)
	}
	called := make(chan struct{})
	clock.System().AfterFunc(0, func() { close(called) })
	<-called
	if !clock.System().AfterFunc(time.Hour, func() {})() {
		t.Error("a timer of an hour could not be stopped")
	}
}
