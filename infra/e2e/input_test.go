package e2e

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/infra/e2e/internal/lambdaruntime"
)

func TestUnknownEventTypeIsCountedAndDropped(t *testing.T) {
	w := newHarness(t, settings{})
	w.create("/hook")
	w.put(busEvent("unknown-type", nil))
	w.logged("fanout", `"level":"WARN"`, "ACTOR.RUN.ABORTED")
	w.logged("fanout", `"EventsDropped":1`, `"Cause":"unknown_type"`)
	if n := w.inQueue("DeliveriesQueue") + w.inQueue("FanoutFailuresQueue"); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// A function that is invoked with the wrong event logs one line.
func TestWrongEventIsLoggedInOneLine(t *testing.T) {
	w := newHarness(t, settings{})
	for function, c := range map[string]struct{ sample, says string }{
		"api":      {"delivery-deliveries", "not an HTTP API request"},
		"fanout":   {"api-list", "not an EventBridge event"},
		"delivery": {"fanout-succeeded", "not a batch of SQS messages"},
	} {
		t.Run(function, func(t *testing.T) {
			_, err := w.functions[function].Invoke(t.Context(), events.Sample(c.sample))
			if fault, ok := errors.AsType[*lambdaruntime.FunctionError](err); !ok || !strings.Contains(fault.Message, c.says) {
				t.Errorf("answered %v", err)
			}
			w.functions[function].Stop() // flushes the log
			lines := w.functions[function].Logs.Lines()
			if len(lines) != 1 || !json.Valid([]byte(lines[0])) || !strings.Contains(lines[0], c.says) {
				t.Errorf("logged %d lines: %q", len(lines), lines)
			}
		})
	}
}

func TestTokenWithoutClaimIsRejected(t *testing.T) {
	w := newHarness(t, settings{})
	w.must(http.StatusUnauthorized, "without-claim")
	w.logged("api", `"level":"WARN"`, "does not have the CALLER_CLAIM claim", `"claim":"username"`)
	w.must(http.StatusUnauthorized, "list", func(r *lambdaevents.APIGatewayV2HTTPRequest) {
		r.Headers["x-user-id"] = sampleUser // must be ignored
		r.RequestContext.Authorizer = nil
	})
}

func TestMissingTableIsNamed(t *testing.T) {
	w := newHarness(t, settings{overrides: map[string]string{"TABLE_NAME": "nowhere"}})
	w.must(http.StatusInternalServerError, "list")
	w.logged("api", `"level":"ERROR"`, `there is no table \"nowhere\"`, "set TABLE_NAME")
	w.put(busEvent("succeeded", nil))
	w.logged("fanout", `"level":"ERROR"`, `there is no table \"nowhere\"`)
	w.poison("deliveries", sampleIntegration)
	w.deliver("the delivery names it too", func() bool {
		return len(w.functions["delivery"].Logs.Matching(`"level":"ERROR"`, `there is no table \"nowhere\"`)) > 0
	})
	if n := w.inQueue("DeliveriesQueue"); n != 2 {
		t.Errorf("%d of 2 messages are still there", n)
	}
}

// A message about a record of a newer format waits until a version that can read it is deployed.
// Other messages of the batch are delivered.
func TestRecordOfNewerFormatWaits(t *testing.T) {
	w := newHarness(t, settings{})
	newer, neighbour := w.create("/newer"), w.create("/neighbour")
	ev := busEvent("succeeded", nil)
	_, err := w.table.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.Table.Name, Item: map[string]types.AttributeValue{
		"PK": &types.AttributeValueMemberS{Value: "INTEGRATION#" + newer},
		"SK": &types.AttributeValueMemberS{Value: "DISPATCH#" + dispatchOf(t, ev, newer)},
		"f":  &types.AttributeValueMemberN{Value: "99"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	w.put(ev)
	w.deliver("the neighbour is delivered", func() bool { return w.status(neighbour, dispatchOf(t, ev, neighbour)) == "SUCCEEDED" })
	w.logged("delivery", `"level":"ERROR"`, "format 99", "newer version", newer)
	if n := len(w.receiver.got("/newer")); n != 0 {
		t.Errorf("%d requests were sent despite a record of a newer format", n)
	}
	if n := w.inQueue("DeliveriesQueue") + w.inQueue("RetriesQueue"); n != 1 {
		t.Errorf("%d messages wait, want 1", n)
	}
}

// A function with an invalid environment exits at start, with one line that lists every mistake.
func TestEnvironmentErrorsAreListed(t *testing.T) {
	w := newHarness(t, settings{overrides: map[string]string{
		"TABLE_NAME": "", "DELIVERIES_QUEUE_URL": "", "ALLOW_HTTP": "perhaps", "AWS_ENDPOINT_URL_SQS": "nonsense",
	}})
	for function, names := range map[string][]string{
		"api":      {"TABLE_NAME", "DELIVERIES_QUEUE_URL", "ALLOW_HTTP", "AWS_ENDPOINT_URL_SQS"},
		"fanout":   {"TABLE_NAME", "DELIVERIES_QUEUE_URL", "AWS_ENDPOINT_URL_SQS"},
		"delivery": {"TABLE_NAME", "DELIVERIES_QUEUE_URL", "ALLOW_HTTP", "AWS_ENDPOINT_URL_SQS"},
	} {
		_, err := w.functions[function].Invoke(t.Context(), []byte("{}"))
		if !errors.Is(err, lambdaruntime.ErrInit) {
			t.Errorf("%s: %v", function, err)
		}
		lines := w.functions[function].Logs.Lines()
		if len(lines) != 1 || len(w.functions[function].Logs.Matching(names...)) != 1 {
			t.Errorf("%s logged %q", function, lines)
		}
	}
}
