package webhook_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestWants(t *testing.T) {
	for _, c := range []struct {
		status webhook.IntegrationStatus
		kind   webhook.EventType
		want   bool
	}{
		{webhook.Active, webhook.Succeeded, true},
		{webhook.Active, webhook.Failed, false},
		{webhook.Paused, webhook.Succeeded, true},
		{webhook.Disabled, webhook.Succeeded, false},
	} {
		in := webhook.Integration{Status: c.status, EventTypes: []webhook.EventType{webhook.Running, webhook.Succeeded}}
		if got := in.Wants(c.kind); got != c.want {
			t.Errorf("one that is %s wants %s: %t, want %t", c.status, c.kind, got, c.want)
		}
	}
}

func TestChanged(t *testing.T) {
	in := valid()
	in.Version, in.CreatedAt = 3, start
	next := in.Changed(start.Add(time.Hour).In(time.FixedZone("", 3600)))
	want := in
	want.Version, want.ModifiedAt = 4, start.Add(time.Hour)
	if diff := cmp.Diff(want, next); diff != "" {
		t.Errorf("next version differs (-want +got):\n%s", diff)
	}
	next.EventTypes[0] = webhook.Running
	if in.EventTypes[0] != webhook.Succeeded {
		t.Error("both versions share one slice of event types")
	}
}

func TestSecretsRotate(t *testing.T) {
	s := webhook.Secrets{Current: []byte("a")}.Rotated([]byte("b"), start, time.Hour)
	for name, c := range map[string]struct {
		after time.Duration
		want  [][]byte
	}{
		"both sign for the overlap": {time.Hour - 1, [][]byte{[]byte("b"), []byte("a")}},
		"then the new one alone":    {time.Hour, [][]byte{[]byte("b")}},
	} {
		if diff := cmp.Diff(c.want, s.At(start.Add(c.after))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := (webhook.Secrets{Current: []byte("a")}).At(start); len(got) != 1 {
		t.Errorf("%d secrets sign before any rotation, want 1", len(got))
	}
}
