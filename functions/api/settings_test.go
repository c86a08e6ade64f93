package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Users see the deployment's settings.
func TestSettings(t *testing.T) {
	w := newHarness(t, func(c *api.Config) {
		c.Policy = webhook.DefaultPolicy()
		c.Policy.Schedule = webhook.Schedule{FirstWait: 10 * time.Second, MaxWait: time.Minute, MaxAttempts: 5}
		c.Policy.PauseAfter, c.Policy.AttemptTimeout = webhook.PauseAfter(48*time.Hour), 20*time.Second
	})
	got := read[api.Settings](w.do("GET", "/v1/settings", "").want(200))
	want := api.Settings{
		RetryWaits: []int{10, 20, 40, 60}, MaxAttempts: 5, PauseAfter: 172800,
		Schedule:       "5 attempts over about 130 seconds, after waits of 10s, 20s, 40s, 1m",
		AttemptTimeout: 20, ConnectTimeout: 5, MaxBody: 1 << 20, Retention: 2592000,
		SecretPaths: []string{"resource.apiKey"}, Limits: api.Limits(webhook.DefaultLimits()),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	page := w.do("GET", "/docs", "").want(200).text
	for _, text := range []string{"Answer 2xx within 20 seconds", want.Schedule, "(at most 60 seconds)"} {
		if !strings.Contains(page, text) {
			t.Errorf("the docs do not say %q", text)
		}
	}
	if strings.Contains(page, "{timeout}") || strings.Contains(page, "{schedule}") {
		t.Error("the docs contain an unfilled placeholder")
	}
}
