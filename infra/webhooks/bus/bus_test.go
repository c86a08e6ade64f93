package bus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/logkey/logtest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// recorder records the events that match the rule.
type recorder struct {
	mu   sync.Mutex
	got  []events.EventBridgeEvent
	fail func(events.EventBridgeEvent) error
}

func (r *recorder) handle(_ context.Context, ev events.EventBridgeEvent) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		if err := r.fail(ev); err != nil {
			return err
		}
	}
	r.got = append(r.got, ev)
	return nil
}

func serve(t *testing.T, rec *recorder) string {
	t.Helper()
	return serveLogging(t, rec, io.Discard)
}

func serveLogging(t *testing.T, rec *recorder, log io.Writer) string {
	t.Helper()
	srv := httptest.NewServer(&Bus{
		Rule: Rule{
			Matches: func(ev events.EventBridgeEvent) bool { return ev.Source == "ours" },
			Wants:   "source ours",
			Handle:  rec.handle,
		},
		Now: func() time.Time { return noon },
		Log: slog.New(slog.NewTextHandler(logtest.Writer(t, log), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	t.Cleanup(srv.Close)
	return srv.URL
}

// client returns a client of the AWS SDK.
func client(url string) *eventbridge.Client {
	return eventbridge.New(eventbridge.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
	})
}

func put(t *testing.T, url string, entries ...types.PutEventsRequestEntry) *eventbridge.PutEventsOutput {
	t.Helper()
	out, err := client(url).PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: entries})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ours(detail string) types.PutEventsRequestEntry {
	return types.PutEventsRequestEntry{Source: aws.String("ours"), DetailType: aws.String("kind"), Detail: aws.String(detail)}
}

func TestSDKPutsAnEventAndTheRuleSeesIt(t *testing.T) {
	rec := &recorder{}
	e := ours(` {"userId": 1, "n": 1.50} `)
	e.Time = aws.Time(time.Unix(1_700_000_000, 0))
	e.Resources = []string{"arn:task"}
	out := put(t, serve(t, rec), e)

	if out.FailedEntryCount != 0 || len(out.Entries) != 1 || aws.ToString(out.Entries[0].EventId) == "" {
		t.Fatalf("answer %+v; want one event id", out)
	}
	want := []events.EventBridgeEvent{{
		Version: "0", ID: *out.Entries[0].EventId, Source: "ours", DetailType: "kind", AccountID: account, Region: region,
		Time: time.Unix(1_700_000_000, 0).UTC(), Resources: []string{"arn:task"}, Detail: json.RawMessage(`{"userId": 1, "n": 1.50}`),
	}}
	if diff := cmp.Diff(want, rec.got); diff != "" {
		t.Error(diff)
	}
}

func TestInvalidTimeIsReplaced(t *testing.T) {
	rec := &recorder{}
	url := serve(t, rec)
	for _, seconds := range []int64{-1, endOf9999 + 1, 1 << 40} {
		e := ours(`{}`)
		e.Time = aws.Time(time.Unix(seconds, 0))
		put(t, url, e)
	}
	for _, ev := range rec.got {
		if !ev.Time.Truncate(time.Millisecond).Equal(noon) {
			t.Errorf("time %v; want %v", ev.Time, noon)
		}
	}
}

func TestBadEntriesDoNotAffectOthers(t *testing.T) {
	rec := &recorder{fail: func(ev events.EventBridgeEvent) error {
		switch string(ev.Detail) {
		case `{"no":"user"}`:
			return &webhook.FieldError{Field: "userId", Reason: "is missing"}
		case `{"disk":"full"}`:
			return errors.New("disk full")
		}
		return nil
	}}
	nameless := ours(`{}`)
	nameless.Source = nil
	foreign := ours(`{}`)
	foreign.Source = aws.String("aws.s3")
	other := ours(`{}`)
	other.Source = aws.String("someone else's")

	cases := []struct {
		name, code, text string
		entry            types.PutEventsRequestEntry
	}{
		{name: "good", entry: ours(`{"a":1}`)},
		{name: "no source", entry: nameless, code: "InvalidArgument", text: "Source is a required argument"},
		{name: "no detail", entry: ours(""), code: "InvalidArgument", text: "Detail is a required argument"},
		{name: "no JSON", entry: ours(`{"a":`), code: "MalformedDetail", text: "unexpected end"},
		{name: "no object", entry: ours(`[1]`), code: "MalformedDetail", text: "must be a JSON object"},
		{name: "null", entry: ours(`null`), code: "MalformedDetail", text: "null"},
		{name: "no user", entry: ours(`{"no":"user"}`), code: "MalformedDetail", text: "userId: is missing"},
		{name: "not stored", entry: ours(`{"disk":"full"}`), code: "InternalFailure", text: "send it again"},
		{name: "AWS's own source", entry: foreign, code: "NotAuthorizedForSourceException", text: "aws."},
		{name: "matches no rule", entry: other},
	}
	var entries []types.PutEventsRequestEntry
	for _, c := range cases {
		entries = append(entries, c.entry)
	}
	out := put(t, serve(t, rec), entries...)
	if out.FailedEntryCount != 8 {
		t.Errorf("FailedEntryCount = %d; want 8", out.FailedEntryCount)
	}
	for i, c := range cases {
		got := out.Entries[i]
		if aws.ToString(got.ErrorCode) != c.code || !strings.Contains(aws.ToString(got.ErrorMessage), c.text) {
			t.Errorf("%s: %q %q; want %q with %q", c.name, aws.ToString(got.ErrorCode), aws.ToString(got.ErrorMessage), c.code, c.text)
		}
		if hasID := got.EventId != nil; hasID != (c.code == "") {
			t.Errorf("%s: event id given = %v", c.name, hasID)
		}
	}
	if len(rec.got) != 1 {
		t.Errorf("the rule saw %d events; want only the good one", len(rec.got))
	}
}

func TestEventThatMatchesNoRuleIsAcceptedWithWarning(t *testing.T) {
	var log bytes.Buffer
	foreign := ours(`{"secret":1}`)
	foreign.Source = aws.String("theirs")
	rec := &recorder{}
	out := put(t, serveLogging(t, rec, &log), foreign, ours(`{}`))
	if out.FailedEntryCount != 0 || len(rec.got) != 1 {
		t.Errorf("%d failed, the rule saw %d; want none failed and one seen", out.FailedEntryCount, len(rec.got))
	}
	for _, want := range []string{"level=WARN", "event matches no rule", "source=theirs", "detailType=kind", `wanted="source ours"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not contain %s:\n%s", want, log.String())
		}
	}
	if strings.Count(log.String(), "\n") != 1 || strings.Contains(log.String(), "secret") {
		t.Errorf("want one line without the event's detail:\n%s", log.String())
	}
}

func TestBadCallsAreRejected(t *testing.T) {
	url := serve(t, &recorder{})
	many := strings.Repeat(`{"Source":"ours","DetailType":"k","Detail":"{}"},`, 11)
	for _, c := range []struct{ name, target, body, code string }{
		{"another operation", "AWSEvents.ListRules", `{}`, "UnknownOperationException"},
		{"no JSON", target, `{"Entries":`, "SerializationException"},
		{"no entries", target, `{"Entries":[]}`, "ValidationException"},
		{"eleven entries", target, `{"Entries":[` + strings.TrimSuffix(many, ",") + `]}`, "ValidationException"},
		{"over 1 MiB", target, `{"Entries":[{"Source":"ours","DetailType":"k","Detail":"` + strings.Repeat("x", maxCall) + `"}]}`, "ValidationException"},
		{"over the request limit", target, strings.Repeat(" ", maxBody+1), "ValidationException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(c.body))
			req.Header.Set("X-Amz-Target", c.target)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), c.code) {
				t.Errorf("%d %s; want 400 %s", resp.StatusCode, body, c.code)
			}
		})
	}
}
