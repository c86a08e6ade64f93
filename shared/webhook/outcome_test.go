package webhook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestJudge(t *testing.T) {
	s := webhook.Schedule{FirstWait: time.Minute, MaxWait: time.Hour, MaxAttempts: 3}
	status := func(n int) webhook.Outcome {
		return webhook.Outcome{Code: webhook.CodeHTTPStatus, Status: n, Message: "status"}
	}
	code := func(c webhook.ErrorCode) webhook.Outcome { return webhook.Outcome{Code: c, Message: string(c)} }
	after := func(n int, d time.Duration) webhook.Outcome {
		o := status(n)
		o.RetryAfter = d
		return o
	}
	ask := func(a webhook.Ask) webhook.Outcome {
		return webhook.Outcome{Status: 200, Code: webhook.CodeHTTPStatus, Ask: a, Message: "answered"}
	}
	const (
		succeeded = webhook.DispatchSucceeded
		failed    = webhook.DispatchFailed
		retrying  = webhook.DispatchRetrying
	)
	for name, c := range map[string]struct {
		outcome    webhook.Outcome
		n          int
		doNotRetry bool
		status     webhook.DispatchStatus
		wait       time.Duration
		reason     string // substring
		disable    bool
	}{
		"2xx":                                    {webhook.Outcome{Status: 204}, 1, false, succeeded, 0, "", false},
		"2xx on the last attempt":                {webhook.Outcome{Status: 200}, 3, false, succeeded, 0, "", false},
		"2xx with doNotRetry":                    {webhook.Outcome{Status: 200}, 1, true, succeeded, 0, "", false},
		"410":                                    {status(410), 1, false, failed, 0, "410 Gone", true},
		"410 with doNotRetry":                    {status(410), 1, true, failed, 0, "410 Gone", true},
		"410 on the last attempt":                {status(410), 3, false, failed, 0, "410 Gone", true},
		"disable":                                {ask(webhook.AskDisable), 1, false, failed, 0, "wants no more webhooks: it answered", true},
		"abort":                                  {ask(webhook.AskAbort), 1, true, failed, 0, "wants no further attempt: it answered", false},
		"blocked address":                        {code(webhook.CodeBlocked), 1, false, failed, 0, "blocked_address", false},
		"render error":                           {code(webhook.CodeRender), 1, false, failed, 0, "render_error", false},
		"404":                                    {status(404), 1, false, retrying, time.Minute, "", false},
		"500 on the second attempt":              {status(500), 2, false, retrying, 2 * time.Minute, "", false},
		"500 on the last attempt":                {status(500), 3, false, failed, 0, "gave up after 3 attempts; the last: status", false},
		"500 after the last attempt":             {status(500), 4, false, failed, 0, "gave up after 4 attempts", false},
		"500 with doNotRetry":                    {status(500), 1, true, failed, 0, "not to retry: status", false},
		"a redirect":                             {code(webhook.CodeRedirect), 1, false, retrying, time.Minute, "", false},
		"a timeout":                              {code(webhook.CodeTimeout), 1, false, retrying, time.Minute, "", false},
		"refused":                                {code(webhook.CodeRefused), 1, false, retrying, time.Minute, "", false},
		"reset":                                  {code(webhook.CodeReset), 1, false, retrying, time.Minute, "", false},
		"TLS":                                    {code(webhook.CodeTLS), 1, false, retrying, time.Minute, "", false},
		"DNS":                                    {code(webhook.CodeDNS), 1, false, retrying, time.Minute, "", false},
		"a protocol error":                       {code(webhook.CodeProtocol), 1, false, retrying, time.Minute, "", false},
		"an internal error":                      {code(webhook.CodeInternal), 1, false, retrying, time.Minute, "", false},
		"429 with a longer Retry-After":          {after(429, 10*time.Minute), 1, false, retrying, 10 * time.Minute, "", false},
		"503 with a shorter Retry-After":         {after(503, time.Second), 1, false, retrying, time.Minute, "", false},
		"429 with Retry-After above the maximum": {after(429, 1000*time.Hour), 1, false, retrying, time.Hour, "", false},
		"429 on the last attempt":                {after(429, time.Minute), 3, false, failed, 0, "gave up", false},
	} {
		t.Run(name, func(t *testing.T) {
			v := s.Judge(c.outcome, c.n, c.doNotRetry, 0.5)
			if v.Status != c.status || v.Wait != c.wait || v.Disable != c.disable {
				t.Errorf("verdict = %+v, want %s after %v, disable %t", v, c.status, c.wait, c.disable)
			}
			if !strings.Contains(v.Reason, c.reason) || (c.status == failed) != (v.Reason != "") {
				t.Errorf("reason = %q, want %q in it", v.Reason, c.reason)
			}
		})
	}
}
