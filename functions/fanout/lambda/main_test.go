package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

func env(pairs ...string) func(string) string {
	all := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
		"TABLE_NAME": "webhooks", "DELIVERIES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/deliveries",
		"RETRIES_QUEUE_URL":  "https://sqs.us-east-1.amazonaws.com/123456789012/retries",
		"FAILURES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/fanout-failures",
	}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

func TestConfig(t *testing.T) {
	c, err := loadConfig(env())
	if err != nil {
		t.Fatal(err)
	}
	if c.Table != "webhooks" || c.Source.Name != "thordata.scraper" || c.Source.DetailType != "Web Scraper Task Status Change" {
		t.Errorf("config = %+v", c)
	}
	c, err = loadConfig(env("EVENT_SOURCE", "s", "EVENT_DETAIL_TYPE", "d", "METRICS_NAMESPACE", "N", "EVENT_TYPES", `[{"name":"A"}]`))
	if err != nil || c.Source.Name != "s" || c.Source.DetailType != "d" || c.MetricsNamespace != "N" || c.EventTypes.String() != "A" {
		t.Errorf("config = %+v, %v", c, err)
	}
}

func TestConfigErrorListsEveryMistake(t *testing.T) {
	if _, err := loadConfig(env("EVENT_TYPES", `[{"name":"A B"}]`)); err == nil || !strings.HasPrefix(err.Error(), `EVENT_TYPES: event type 1: name "A B": want`) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error = %v, want one line that names EVENT_TYPES", err)
	}
	_, err := loadConfig(func(string) string { return "" })
	want := "TABLE_NAME is required; DELIVERIES_QUEUE_URL is required; RETRIES_QUEUE_URL is required; FAILURES_QUEUE_URL is required; AWS_REGION is required"
	if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error = %v, want one line beginning with %q", err, want)
	}
}

func TestRejectsWrongEvents(t *testing.T) {
	var log bytes.Buffer
	h, err := wire(env(), slog.New(slog.NewJSONHandler(logtest.Writer(t, &log), nil)))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"delivery-deliveries": "invoked with the wrong event: not an EventBridge event",
		"api-create":          "invoked with the wrong event: not an EventBridge event",
		"fanout-foreign":      "not a task event",
	} {
		log.Reset()
		_, err := h.Invoke(t.Context(), json.RawMessage(events.Sample(name)))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error = %v, want %q", name, err, want)
		}
		if strings.Count(log.String(), "\n") != 1 {
			t.Errorf("%s logged %s, want one line", name, &log)
		}
	}
}
