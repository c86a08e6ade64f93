package record_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/record"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestBreakerTimesAreKeptToTheMillisecondInUTC(t *testing.T) {
	at := time.Date(2026, 6, 7, 6, 33, 14, 123_456_789, time.FixedZone("", 3600))
	var b webhook.Breaker
	v := reflect.ValueOf(&b).Elem()
	for i := range v.NumField() {
		if v.Field(i).Type() == reflect.TypeFor[time.Time]() {
			v.Field(i).Set(reflect.ValueOf(at))
		}
	}
	text := record.EncodeBreaker(b)
	got, err := record.DecodeBreaker(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range v.NumField() {
		if g, ok := reflect.ValueOf(got).Field(i).Interface().(time.Time); ok && g != at.UTC().Truncate(time.Millisecond) {
			t.Errorf("%s = %v", v.Type().Field(i).Name, g)
		}
	}
	if again := record.EncodeBreaker(got); again != text {
		t.Errorf("what was read is written as %s, before as %s", again, text)
	}
}

func TestClosedBreakerIsEncodedAsEmptyText(t *testing.T) {
	if text := record.EncodeBreaker(webhook.Breaker{}); text != "" {
		t.Errorf("text = %q", text)
	}
	if b, err := record.DecodeBreaker(""); err != nil || b != (webhook.Breaker{}) {
		t.Errorf("breaker = %+v, %v", b, err)
	}
}

func TestDamagedBreakerIsAnError(t *testing.T) {
	if _, err := record.DecodeBreaker(`{"since":"noon"}`); err == nil {
		t.Error("no error")
	}
}
