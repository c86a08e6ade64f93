package webhook_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func message() webhook.Message {
	return webhook.Message{
		Ref:     webhook.Ref{UserID: "3406", IntegrationID: "i", DispatchID: "d"},
		EventID: `"e" 数据 \ `, EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent, Round: 2,
		CreatedAt: start, Accepted: start.Add(time.Millisecond),
		Event: []byte(`{"n": 1.50e3, "z": {"b": 1, "a": "<&>"}, "z": 2}`),
	}
}

func TestMessageRoundTrip(t *testing.T) {
	want := message()
	got, err := webhook.DecodeMessage(want.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("message differs (-want +got):\n%s", diff)
	}
	if got.CreatedAt.Location() != time.UTC || got.Accepted.Location() != time.UTC {
		t.Error("times are not in UTC")
	}
}

func TestMessageRoundTripOfArbitraryText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 40, -1)
		event, err := json.Marshal(map[string]string{text.Draw(t, "key"): text.Draw(t, "value")})
		if err != nil {
			t.Fatal(err)
		}
		want := webhook.Message{
			Ref:     webhook.Ref{UserID: text.Draw(t, "user"), IntegrationID: text.Draw(t, "integration"), DispatchID: text.Draw(t, "dispatch")},
			EventID: text.Draw(t, "event"), EventType: webhook.EventType(text.Draw(t, "type")), Trigger: webhook.Trigger(text.Draw(t, "trigger")),
			Round:     rapid.IntRange(0, 1000).Draw(t, "round"),
			CreatedAt: time.UnixMilli(rapid.Int64Range(0, 1<<48).Draw(t, "created")).UTC(),
			Accepted:  time.UnixMilli(rapid.Int64Range(0, 1<<48).Draw(t, "accepted")).UTC(),
			Event:     event,
		}
		body := want.Encode()
		if i := strings.IndexFunc(string(body), uncarriable); i >= 0 {
			t.Fatalf("SQS does not allow the character at %d: %q", i, body)
		}
		got, err := webhook.DecodeMessage(body)
		if err != nil {
			t.Fatal(err)
		}
		if !sameJSON(got.Event, want.Event) {
			t.Fatalf("event = %s, want %s", got.Event, want.Event)
		}
		got.Event = want.Event
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("message differs (-want +got):\n%s", diff)
		}
	})
}

// uncarriable reports whether an SQS message may not contain r: everything but #x9 | #xA | #xD |
// #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.
func uncarriable(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

func TestMessageEscapesCharactersThatSQSForbids(t *testing.T) {
	m := message()
	m.Event = []byte("{\"a\": \"\uFFFE \uFFFF \uFFFD \uFFFC\"}")
	body := string(m.Encode())
	if want := `{"a": "\ufffe \uffff ` + "\uFFFD \uFFFC" + `"}`; !strings.Contains(body, want) {
		t.Errorf("body = %s, want %s in it", body, want)
	}
}

func TestDecodeMessageRejects(t *testing.T) {
	good := string(message().Encode())
	for name, c := range map[string]struct{ body, want string }{
		"not JSON":          {"hello", "not the JSON"},
		"truncated":         {good[:len(good)/2], "not the JSON"},
		"no version":        {`{}`, "no version"},
		"version 0":         {strings.Replace(good, `"v":1`, `"v":0`, 1), "no version"},
		"no dispatch":       {strings.Replace(good, `"dispatchId":"d"`, `"dispatchId":""`, 1), "dispatchId"},
		"no integration":    {strings.Replace(good, `"integrationId":"i"`, `"integrationId":""`, 1), "integrationId"},
		"no user":           {strings.Replace(good, `"userId":"3406"`, `"userId":""`, 1), "userId"},
		"no event":          {`{"v":1,"dispatchId":"d","integrationId":"i","userId":"u"}`, "no event"},
		"null for an event": {`{"v":1,"dispatchId":"d","integrationId":"i","userId":"u","event":null}`, "no event"},
		"a list":            {`{"v":1,"dispatchId":"d","integrationId":"i","userId":"u","event":[]}`, "no event"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := webhook.DecodeMessage([]byte(c.body)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want %q in it", err, c.want)
			}
		})
	}
	_, err := webhook.DecodeMessage([]byte(strings.Replace(good, `"v":1`, `"v":2`, 1)))
	if !errors.Is(err, webhook.ErrNewerFormat) {
		t.Errorf("error = %v, want %v", err, webhook.ErrNewerFormat)
	}
}

func TestMessageDispatch(t *testing.T) {
	m := message()
	want := webhook.Dispatch{
		ID: "d", IntegrationID: "i", UserID: "3406", EventID: m.EventID, EventType: webhook.Succeeded, Trigger: webhook.TriggerEvent,
		Status: webhook.DispatchPending, Round: 2, CreatedAt: start, Accepted: m.Accepted, Shards: m.Shards, Event: m.Event,
	}
	if diff := cmp.Diff(want, m.Dispatch()); diff != "" {
		t.Errorf("dispatch differs (-want +got):\n%s", diff)
	}
	if m.Group() != "i" {
		t.Errorf("group = %s, want the integration", m.Group())
	}
}

func TestMessageRoundTripOfProbeAndShards(t *testing.T) {
	m := message()
	m.Probe, m.Shards = true, 8
	got, err := webhook.DecodeMessage(m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, got); diff != "" {
		t.Errorf("message differs (-want +got):\n%s", diff)
	}
}

func FuzzDecodeMessage(f *testing.F) {
	f.Add(message().Encode())
	f.Add([]byte(`{"v":1,"dispatchId":"d","integrationId":"i","userId":"u","event":{"a":"\uffff"},"createdAt":-1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := webhook.DecodeMessage(body)
		if err != nil {
			return
		}
		again, err := webhook.DecodeMessage(m.Encode())
		if err != nil {
			t.Fatalf("decoding the encoded message: %v", err)
		}
		if string(again.Encode()) != string(m.Encode()) {
			t.Errorf("message = %s, want %s", again.Encode(), m.Encode())
		}
	})
}
