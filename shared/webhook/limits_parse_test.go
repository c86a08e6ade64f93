package webhook

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// Every field of Limits must be in limitSettings: without that, no deployment could change it.
func TestEveryLimitCanBeSet(t *testing.T) {
	var entries []string
	var want Limits
	for _, s := range limitSettings {
		*s.of(&want) = s.high
		entries = append(entries, fmt.Sprintf("%s=%d", s.name, s.high))
	}
	v := reflect.ValueOf(want)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("Limits.%s is missing in limitSettings", v.Type().Field(i).Name)
		}
	}
	if got, err := ParseLimits(strings.Join(entries, ", ")); err != nil || got != want {
		t.Errorf("ParseLimits = %+v, %v; want %+v", got, err, want)
	}
}

func TestParseLimitsDefaults(t *testing.T) {
	for raw, change := range map[string]func(*Limits){
		"":                       func(*Limits) {},
		"page=50":                func(l *Limits) { l.Page = 50 },
		"integrations=5, url=10": func(l *Limits) { l.Integrations, l.URL = 5, 10 },
	} {
		want := DefaultLimits()
		change(&want)
		if got, err := ParseLimits(raw); err != nil || got != want {
			t.Errorf("ParseLimits(%q) = %+v, %v; want %+v", raw, got, err, want)
		}
	}
}

func TestParseLimitsReportsEveryMistake(t *testing.T) {
	got, err := ParseLimits("pages=5,page=0,page=1001,requestBody=all,url")
	for _, want := range []string{
		`unknown limit "pages" (known are integrations, name, `, `page must be a whole number from 1 to 1000, not "0"`, "page is set twice",
		`requestBody must be a whole number from 1024 to 6291456, not "all"`, `url must be a whole number from 10 to 16384, not ""`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error %v does not say %s", err, want)
		}
	}
	if got != DefaultLimits() {
		t.Errorf("limits after an error = %+v", got)
	}
}
