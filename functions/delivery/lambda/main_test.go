package main

import (
	"bytes"
	"encoding/json"
	stdlog "log"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func env(pairs ...string) func(string) string {
	all := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
		"TABLE_NAME": "webhooks", "EVENT_BUS_NAME": "bus",
		"DELIVERIES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/deliveries",
		"RETRIES_QUEUE_URL":    "https://sqs.us-east-1.amazonaws.com/123456789012/retries",
	}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

func TestConfigDefaults(t *testing.T) {
	c, err := loadConfig(env())
	if err != nil {
		t.Fatal(err)
	}
	if c.Policy.Schedule != webhook.DefaultSchedule() || c.Policy.PauseAfter != webhook.DefaultPauseAfter || c.Policy.Retention != 30*24*time.Hour ||
		c.Policy.AttemptTimeout != 30*time.Second || c.Policy.ConnectTimeout != 5*time.Second || c.Policy.MaxBody != 1<<20 || c.AllowHTTP || c.KMSKey != "" {
		t.Errorf("config = %+v", c)
	}
}

func TestConfigReadsEnvironment(t *testing.T) {
	c, err := loadConfig(env("ALLOW_HTTP", "true", "KMS_KEY_ID", "arn:of:key", "RETENTION_DAYS", "8", "ATTEMPT_TIMEOUT", "10s",
		"CONNECT_TIMEOUT", "2s", "FIRST_WAIT", "10s", "MAX_WAIT", "60m", "MAX_ATTEMPTS", "5", "PAUSE_AFTER", "24h", "MAX_BODY_BYTES", "2048", "LIMITS", "url=99"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.AllowHTTP || c.KMSKey != "arn:of:key" || c.Policy.Retention != 8*24*time.Hour || c.Policy.AttemptTimeout != 10*time.Second || c.Policy.ConnectTimeout != 2*time.Second ||
		c.Policy.Schedule != (webhook.Schedule{FirstWait: 10 * time.Second, MaxWait: time.Hour, MaxAttempts: 5}) || c.Policy.PauseAfter != webhook.PauseAfter(24*time.Hour) || c.Policy.MaxBody != 2048 || c.Limits.URL != 99 {
		t.Errorf("config = %+v", c)
	}
}

func TestConfigErrorListsEveryMistake(t *testing.T) {
	_, err := loadConfig(func(name string) string {
		return map[string]string{"ALLOW_HTTP": "maybe", "EGRESS_ALLOW": "10.1.0.0/16, *.corp", "EXTRA_CA": "/none.pem", "MAX_ATTEMPTS": "0", "ATTEMPT_TIMEOUT": "30", "AWS_REGION": "r"}[name]
	})
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Fatalf("error = %v, want one line", err)
	}
	for _, name := range []string{"TABLE_NAME", "DELIVERIES_QUEUE_URL", "RETRIES_QUEUE_URL", "EVENT_BUS_NAME", "ALLOW_HTTP", `EGRESS_ALLOW: "*.corp" has a wildcard`, "EXTRA_CA: open /none.pem", "MAX_ATTEMPTS", "ATTEMPT_TIMEOUT", "AWS_ACCESS_KEY_ID"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("error %q does not name %s", err, name)
		}
	}
}

func TestRejectsWrongEvents(t *testing.T) {
	var log bytes.Buffer
	h, err := wire(env(), slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{
		"EventBridge event": events.Sample("fanout-succeeded"),
		"API request":       events.Sample("api-create"),
		"nothing":           []byte(`{}`),
		"S3 records":        []byte(`{"Records": [{"eventSource": "aws:s3", "s3": {}}]}`),
	} {
		log.Reset()
		_, err := h.Invoke(t.Context(), json.RawMessage(raw))
		if err == nil || !strings.HasPrefix(err.Error(), "invoked with the wrong event: not a batch of SQS messages") {
			t.Errorf("%s: error = %v", name, err)
		}
		if strings.Count(log.String(), "\n") != 1 {
			t.Errorf("%s logged %s, want one line", name, &log)
		}
	}
}

// net/http writes unsolicited responses to the standard log. They can echo a secret.
func TestLogHidesUnsolicitedResponses(t *testing.T) {
	var out bytes.Buffer
	stdlog.SetOutput(&out)
	t.Cleanup(func() { stdlog.SetOutput(os.Stderr) })
	if _, err := wire(env(), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	stdlog.Print("Unsolicited response received on idle HTTP channel starting with \"s3cr3t\"; err=<nil>")
	if got := out.String(); strings.Contains(got, "s3cr3t") || !strings.Contains(got, "Unsolicited response") {
		t.Errorf("the log says %q", got)
	}
}
