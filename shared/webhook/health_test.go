package webhook_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestPauseAfter(t *testing.T) {
	const day = 24 * time.Hour
	failing := webhook.Health{FailingSince: start}
	for name, c := range map[string]struct {
		health webhook.Health
		after  time.Duration
		want   webhook.NoticeKind
	}{
		"healthy":              {webhook.Health{}, 100 * day, webhook.NoticeNone},
		"the first failure":    {failing, 0, webhook.NoticeFailing},
		"just before half-way": {failing, 60*time.Hour - 1, webhook.NoticeFailing},
		"half-way":             {failing, 60 * time.Hour, webhook.NoticeHalfway},
		"just before the end":  {failing, 5*day - 1, webhook.NoticeHalfway},
		"the end":              {failing, 5 * day, webhook.NoticePaused},
		"long after":           {failing, 500 * day, webhook.NoticePaused},
		"a clock set back":     {failing, -time.Hour, webhook.NoticeFailing},
	} {
		t.Run(name, func(t *testing.T) {
			if got := webhook.DefaultPauseAfter.Due(c.health, start.Add(c.after)); got != c.want {
				t.Errorf("due = %v, want %v", got, c.want)
			}
		})
	}
}

func TestNotice(t *testing.T) {
	in := webhook.Integration{ID: "i", UserID: "u", Name: "n"}
	h := webhook.Health{FailingSince: start}
	got := webhook.DefaultPauseAfter.NewNotice(in, h, webhook.NoticeHalfway, "503")
	want := webhook.Notice{
		ID: "i-1749277994000-halfway", Kind: webhook.NoticeHalfway, UserID: "u", IntegrationID: "i", IntegrationName: "n",
		FailingSince: start, PausesAt: start.Add(5 * 24 * time.Hour), Stage: "halfway", LastError: "503",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notice differs (-want +got):\n%s", diff)
	}
	for kind, want := range map[webhook.NoticeKind][2]string{
		webhook.NoticeFailing: {"started", "Webhook Integration Failing"},
		webhook.NoticeHalfway: {"halfway", "Webhook Integration Failing"},
		webhook.NoticePaused:  {"paused", "Webhook Integration Paused"},
	} {
		n := webhook.DefaultPauseAfter.NewNotice(in, h, kind, "")
		if n.Stage != want[0] || n.DetailType() != want[1] {
			t.Errorf("stage %q of type %q, want %v", n.Stage, n.DetailType(), want)
		}
	}
}
