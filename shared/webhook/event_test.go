package webhook_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const sample = "../../events/task-succeeded.detail.json"

func TestParseSampleEvent(t *testing.T) {
	detail, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	got, err := webhook.ParseEvent(webhook.EventTypes{}, detail, "bus-id", start.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	want := webhook.TaskEvent{
		ID: "bus-id", UserID: "3406", Type: webhook.Succeeded, CreatedAt: start, Accepted: start.Add(time.Second),
		JSON: bytes.TrimSpace(detail),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event differs (-want +got):\n%s", diff)
	}
}

func TestParseEvent(t *testing.T) {
	accepted := start.Add(time.Hour).In(time.FixedZone("", 7200))
	for name, c := range map[string]struct {
		detail    string
		id, user  string
		createdAt time.Time
	}{
		"its own id":                {`{"eventId":"e","userId":"u","eventType":"ACTOR.RUN.FAILED"}`, "e", "u", accepted},
		"numbers as written":        {`{"eventId":12345678901234567890,"userId":98765432109876543210,"eventType":"ACTOR.RUN.FAILED"}`, "12345678901234567890", "98765432109876543210", accepted},
		"null is absent":            {`{"eventId":null,"userId":7,"createdAt":null,"eventType":"ACTOR.RUN.FAILED"}`, "bus", "7", accepted},
		"an empty time is absent":   {`{"userId":7,"createdAt":"","eventType":"ACTOR.RUN.FAILED"}`, "bus", "7", accepted},
		"a time in another zone":    {`{"userId":7,"createdAt":"2025-06-07T08:33:14.000+02:00","eventType":"ACTOR.RUN.FAILED"}`, "bus", "7", start},
		"a time before 1970":        {`{"userId":7,"createdAt":"1969-12-31T23:59:59Z","eventType":"ACTOR.RUN.FAILED"}`, "bus", "7", accepted},
		"a time after 9999 in UTC":  {`{"userId":7,"createdAt":"9999-12-31T23:59:59-00:01","eventType":"ACTOR.RUN.FAILED"}`, "bus", "7", accepted},
		"1970 itself":               {`{"userId":7,"createdAt":"1970-01-01T00:00:00Z","eventType":"ACTOR.RUN.FAILED"}`, "bus", "7", time.Unix(0, 0)},
		"space around, unknown key": {" \n{\"userId\":\"数据\",\"eventType\":\"ACTOR.RUN.RUNNING\",\"x\":[1]} ", "bus", "数据", accepted},
		"the longest user id":       {`{"userId":"` + strings.Repeat("é", 128) + `","eventType":"ACTOR.RUN.FAILED"}`, "bus", strings.Repeat("é", 128), accepted},
		"the longest event id":      {`{"eventId":"` + strings.Repeat("e", 256) + `","userId":"u","eventType":"ACTOR.RUN.FAILED"}`, strings.Repeat("e", 256), "u", accepted},
		"keys match exactly":        {`{"userid":"x","userId":"u","USERID":2,"eventType":"ACTOR.RUN.FAILED","EventId":"e"}`, "bus", "u", accepted},
		"escapes in a key":          {`{"user\u0049d":"u","eventType":"ACTOR.RUN.FAILED"}`, "bus", "u", accepted},
		"escapes in the user id":    {`{"userId":"a\u0062","eventType":"ACTOR.RUN.FAILED"}`, "bus", "ab", accepted},
	} {
		t.Run(name, func(t *testing.T) {
			ev, err := webhook.ParseEvent(webhook.EventTypes{}, []byte(c.detail), "bus", accepted)
			if err != nil {
				t.Fatal(err)
			}
			if ev.ID != c.id || ev.UserID != c.user || !ev.CreatedAt.Equal(c.createdAt) || ev.CreatedAt.Location() != time.UTC {
				t.Errorf("event = %s of %s at %v, want %s of %s at %v", ev.ID, ev.UserID, ev.CreatedAt, c.id, c.user, c.createdAt)
			}
			if want := strings.TrimSpace(c.detail); string(ev.JSON) != want {
				t.Errorf("JSON = %s, want %s", ev.JSON, want)
			}
		})
	}
}

func TestParseEventRejects(t *testing.T) {
	for name, c := range map[string]struct{ detail, field, reason string }{
		"nothing":                     {"", "detail", "JSON object"},
		"a list":                      {"[]", "detail", "JSON object"},
		"broken JSON":                 {`{"userId":`, "detail", "valid JSON"},
		"two objects":                 {`{}{}`, "detail", "valid JSON"},
		"no user":                     {`{"eventType":"ACTOR.RUN.FAILED"}`, "userId", "missing"},
		"null for a user":             {`{"userId":null}`, "userId", "missing"},
		"a user that is a list":       {`{"userId":[1]}`, "userId", "string or a whole number"},
		"a user with a fraction":      {`{"userId":1.5}`, "userId", "string or a whole number"},
		"a user with a power":         {`{"userId":1e3}`, "userId", "string or a whole number"},
		"an empty user":               {`{"userId":""}`, "userId", "empty"},
		"a user too long":             {`{"userId":"` + strings.Repeat("é", 129) + `"}`, "userId", "128"},
		"a user with #":               {`{"userId":"a#b"}`, "userId", "'#'"},
		"a user with a space":         {`{"userId":"a b"}`, "userId", "' '"},
		"a user with NUL":             {`{"userId":"a\u0000"}`, "userId", `\x00`},
		"a user of broken UTF-8":      {"{\"userId\":\"a\xff\"}", "userId", "\ufffd"},
		"half an object":              {`{"userId":1`, "detail", "is not valid JSON: unexpected end of JSON input"},
		"trailing data":               {`{"userId":1} x`, "detail", "is not valid JSON: invalid character"},
		"no type":                     {`{"userId":1}`, "eventType", "ACTOR.RUN.SUCCEEDED"},
		"a type that is a number":     {`{"userId":1,"eventType":1}`, "eventType", "string"},
		"an empty event id":           {`{"userId":1,"eventType":"ACTOR.RUN.FAILED","eventId":""}`, "eventId", "256"},
		"an event id too long":        {`{"userId":1,"eventType":"ACTOR.RUN.FAILED","eventId":"` + strings.Repeat("e", 257) + `"}`, "eventId", "256"},
		"an event id of a wrong type": {`{"userId":1,"eventType":"ACTOR.RUN.FAILED","eventId":true}`, "eventId", "string or a whole number"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := webhook.ParseEvent(webhook.EventTypes{}, []byte(c.detail), "bus", start)
			f, ok := errors.AsType[*webhook.FieldError](err)
			if !ok || f.Field != c.field || !strings.Contains(f.Reason, c.reason) {
				t.Errorf("error = %v, want one of %s with %q", err, c.field, c.reason)
			}
		})
	}
	for _, kind := range []string{"TEST", "actor.run.failed", "ACTOR.RUN.ABORTED", ""} {
		_, err := webhook.ParseEvent(webhook.EventTypes{}, []byte(`{"userId":1,"eventType":"`+kind+`"}`), "bus", start)
		if !errors.Is(err, webhook.ErrUnknownEventType) {
			t.Errorf("type %q: error = %v, want %v", kind, err, webhook.ErrUnknownEventType)
		}
	}
}

func TestParseEventReplacesInvalidUTF8(t *testing.T) {
	ev, err := webhook.ParseEvent(webhook.EventTypes{}, []byte("{\"userId\":1,\"eventType\":\"ACTOR.RUN.FAILED\",\"x\":\"a\xffb\"}"), "bus", start)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"userId":1,"eventType":"ACTOR.RUN.FAILED","x":"a` + "\ufffd" + `b"}`; string(ev.JSON) != want {
		t.Errorf("JSON = %s, want %s", ev.JSON, want)
	}
}

func FuzzParseEvent(f *testing.F) {
	detail, err := os.ReadFile(sample)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(detail)
	f.Add([]byte(`{"eventId":"e","userId":"数据","eventType":"ACTOR.RUN.FAILED","createdAt":"9999-12-31T23:59:59.999-23:59"}`))
	f.Add([]byte("{\"userId\":-0,\"eventType\":\"ACTOR.RUN.RUNNING\",\"x\":\"\xef\xbf\xbf\"}"))
	f.Fuzz(func(t *testing.T, detail []byte) {
		given := bytes.Clone(detail)
		ev, err := webhook.ParseEvent(webhook.EventTypes{}, detail, "bus", start)
		if !bytes.Equal(detail, given) {
			t.Fatal("the detail was changed")
		}
		if err != nil {
			return
		}
		if !json.Valid(ev.JSON) || !utf8.Valid(ev.JSON) || ev.JSON[0] != '{' {
			t.Errorf("JSON = %q", ev.JSON)
		}
		if ev.ID == "" || webhook.CheckUserID(ev.UserID) != "" || !new(webhook.EventTypes).Known(ev.Type) || ev.CreatedAt.UnixMilli() < 0 || ev.CreatedAt.Year() > 9999 {
			t.Errorf("event = %+v", ev)
		}
	})
}

// A createdAt that is not RFC 3339 gets a warning and the bus's time is used. The event's JSON is
// not changed.
func TestTimesThatAreNotRFC3339(t *testing.T) {
	accepted := start.Add(time.Hour)
	for createdAt, warned := range map[string]bool{
		`"2025-06-07T06:33:14Z"`: false, `"2025-06-07T06:33:14.5+08:00"`: false, `""`: false, `null`: false,
		`"2025-06-07T06:33:14+0800"`: true, `"2025-06-07T06:33Z"`: true, `"2025-06-07T06:33:14"`: true, `"2025-06-07 06:33:14"`: true,
		`1749278000`: true, `1749278000123`: true, `"1749278000"`: true, `"2025-06-07t06:33:14z"`: true, `"2016-12-31T23:59:60Z"`: true,
		`"yesterday"`: true, `true`: true, `{"a":1}`: true, `[]`: true,
	} {
		detail := `{"userId":1,"eventType":"ACTOR.RUN.FAILED","createdAt":` + createdAt + `}`
		ev, err := webhook.ParseEvent(webhook.EventTypes{}, []byte(detail), "bus", accepted)
		if err != nil {
			t.Errorf("%s: %v", createdAt, err)
			continue
		}
		if (ev.Warning != "") != warned || warned && (!ev.CreatedAt.Equal(accepted) || !strings.Contains(ev.Warning, "createdAt is ")) {
			t.Errorf("%s: at %v, warning %q", createdAt, ev.CreatedAt, ev.Warning)
		}
		if string(ev.JSON) != detail {
			t.Errorf("%s: the event became %s", createdAt, ev.JSON)
		}
	}
}
