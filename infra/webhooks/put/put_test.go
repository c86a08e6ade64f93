package put

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/shared/webhook"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestEventsAreNewAndHaveTheSettings(t *testing.T) {
	ids := map[string]bool{}
	for _, kind := range samples {
		for range 2 {
			raw, err := event(kind, nil, noon)
			if err != nil {
				t.Fatal(err)
			}
			ev, err := webhook.ParseEvent(webhook.EventTypes{}, raw, "bus-id", noon)
			if err != nil || !strings.HasSuffix(string(ev.Type), strings.ToUpper(kind)) || !ev.CreatedAt.Equal(noon) || ids[ev.ID] {
				t.Errorf("%s: %+v, %v", kind, ev, err)
			}
			ids[ev.ID] = true
		}
	}
	var settings []setting
	for _, s := range []string{"userId=42", "resource.taskId=t-1", "resource.url.spider_id=9", "new.inner={\"a\":1}", "userName=a=b", "resource.big=12345678901234567890"} {
		parsed, err := parseSetting(s)
		if err != nil {
			t.Fatal(err)
		}
		settings = append(settings, parsed)
	}
	raw, err := event("failed", settings, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"userId":42`, `"taskId":"t-1"`, `\"spider_id\":9`, `"new":{"inner":{"a":1}}`, `"userName":"a=b"`, `"big":12345678901234567890`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("no %s in %s", want, raw)
		}
	}
}

func TestInvalidArguments(t *testing.T) {
	for args, want := range map[string]string{
		"aborted":                  `unknown event "aborted": want succeeded, failed, running`,
		"failed -set a":            "want path=value",
		"failed -set a..b=1":       "want path=value",
		"failed -set userId.x=1":   "-set userId.x: userId has no members",
		"failed -set userName.x=1": "userName is a text without a JSON object",
	} {
		err := run(t.Context(), strings.Fields(args), &bytes.Buffer{}, noon)
		if _, usage := errors.AsType[*cli.UsageError](err); !usage || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v; want %q", args, err, want)
		}
	}
}

func TestAnswersOfTheBus(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_PROFILE", "")
	var got struct {
		Entries []struct{ Source, DetailType, Detail string }
	}
	answer := `{"FailedEntryCount":0,"Entries":[{"EventId":"e-1"}]}`
	bus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&got)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = w.Write([]byte(answer))
	}))
	defer bus.Close()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"running", "-url", bus.URL, "-detail-type", "Other"}, &out, noon); err != nil {
		t.Fatal(err)
	}
	if e := got.Entries[0]; e.Source != "thordata.scraper" || e.DetailType != "Other" || !strings.Contains(out.String(), "put e-1\n"+e.Detail) {
		t.Errorf("put %+v and printed %s", got, out.String())
	}
	answer = `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"MalformedDetail","ErrorMessage":"userId is missing"}]}`
	if err := run(t.Context(), []string{"running", "-url", bus.URL}, &out, noon); err == nil || !strings.Contains(err.Error(), "MalformedDetail: userId is missing") {
		t.Errorf("error %v", err)
	}
}
