package e2e

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/infra/e2e/internal/awsproxy"
)

// replaceIDs replaces the sample's integration id in a text.
func replaceIDs(text, integration string) string {
	return strings.ReplaceAll(text, sampleIntegration, integration)
}

// calledBy matches a function's calls of a service.
func calledBy(function, service string) func(awsproxy.Call) bool {
	return func(c awsproxy.Call) bool { return c.Caller == function && c.Service == service }
}

// Temporary errors of DynamoDB do not lose events: they are delivered and recorded. The number of
// requests that the receiver may get differs.
func TestEventSurvivesTableErrors(t *testing.T) {
	after := func(f awsproxy.Fault) awsproxy.Fault { f.After = true; return f }
	times := func(f awsproxy.Fault, n int) awsproxy.Fault { f.Times = n; return f }
	for name, c := range map[string]struct {
		function string
		fault    awsproxy.Fault
	}{
		"throttled at the fan-out":                    {"fanout", times(awsproxy.Throttling(), 3)},
		"failing at the fan-out":                      {"fanout", times(awsproxy.Failing(), 3)},
		"failing at the fan-out, longer than one try": {"fanout", times(awsproxy.Failing(), 8)},
		"throttled at the delivery":                   {"delivery", times(awsproxy.Throttling(), 3)},
		"failing at the delivery":                     {"delivery", times(awsproxy.Failing(), 3)},
		"failing at the delivery, after the write":    {"delivery", times(after(awsproxy.Failing()), 3)},
	} {
		t.Run(name, func(t *testing.T) {
			w := newHarness(t, settings{})
			id := w.create("/hook")
			c.fault.Match = calledBy(c.function, "dynamodb")
			defer w.proxy.Break(c.fault)()
			ev := busEvent("succeeded", nil)
			w.put(ev)
			w.deliver("it is delivered", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "SUCCEEDED" })
			if got := w.receiver.got("/hook"); len(got) != 1 || got[0].Verified != nil {
				t.Errorf("the receiver got %d requests", len(got))
			}
			if n := w.inQueue("DeadQueue") + w.inQueue("FanoutFailuresQueue"); n != 0 {
				t.Errorf("%d messages in queues with alarms", n)
			}
		})
	}
}

// While the table is down nothing is sent, and messages stay hidden in the queue.
func TestMessagesWaitWhileTableIsDown(t *testing.T) {
	w := newHarness(t, settings{})
	id := w.create("/hook")
	ev := busEvent("succeeded", nil)
	w.put(ev)
	fault := awsproxy.Failing()
	fault.Match = calledBy("delivery", "dynamodb")
	mend := w.proxy.Break(fault)
	w.deliver("the fault is logged", func() bool {
		return len(w.functions["delivery"].Logs.Matching(`"level":"ERROR"`, "read dispatch")) > 0
	})
	if n := len(w.receiver.got("/hook")); n != 0 {
		t.Errorf("%d requests were sent without reading the record", n)
	}
	mend()
	w.deliver("it is delivered", func() bool { return w.status(id, dispatchOf(t, ev, id)) == "SUCCEEDED" })
}

// An event that cannot be fanned out is kept in the function's failure queue.
func TestFailedEventIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		sample string
		broken bool
		says   string
	}{
		"malformed":     {"malformed", false, "userId: is missing"}, // by the function itself
		"foreign":       {"foreign", false, "not a task event: source"},
		"table is down": {"succeeded", true, "list the integrations of user 3406"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newHarness(t, settings{})
			if c.broken {
				fault := awsproxy.Failing()
				fault.Match = calledBy("fanout", "dynamodb")
				defer w.proxy.Break(fault)()
			}
			ev := busEvent(c.sample, nil)
			w.put(ev)
			want := 3 // invocations
			if c.sample == "malformed" {
				want = 1
			}
			if n := len(w.logged("fanout", `"level":"ERROR"`, c.says)); n != want {
				t.Errorf("%d lines, want %d", n, want)
			}
			url := w.mustQueue("FanoutFailuresQueue").URL
			out, err := w.queue.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url})
			if err != nil || len(out.Messages) != 1 {
				t.Fatalf("failures: %+v, %v", out, err)
			}
			if body := *out.Messages[0].Body; !strings.Contains(body, ev.ID) || !strings.Contains(body, strings.ReplaceAll(c.says, `"`, `\"`)) {
				t.Errorf("kept %s", body)
			}
		})
	}
}
