package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/infra/e2e/internal/lambdaruntime"
	"github.com/thordata/webhook-integration/infra/stack"
)

// The ids in the sample events.
const (
	sampleUser        = "3406"
	sampleIntegration = "01JX4A6V8Z5T3N7Q9R2M4K6H8B"
	sampleDispatch    = "01JX4HFV0GJMR5T7M57MWENMZK"
)

// request changes a sample request before it is sent.
type request func(*lambdaevents.APIGatewayV2HTTPRequest)

// to replaces the ids in the path.
func to(integration, dispatch string) request {
	return func(r *lambdaevents.APIGatewayV2HTTPRequest) {
		ids := strings.NewReplacer(sampleIntegration, integration, sampleDispatch, dispatch)
		r.RawPath = ids.Replace(r.RawPath)
		r.RequestContext.HTTP.Path = r.RawPath
		r.PathParameters["proxy"] = ids.Replace(r.PathParameters["proxy"])
	}
}

// by sends the request as another user.
func by(user string) request {
	return func(r *lambdaevents.APIGatewayV2HTTPRequest) {
		claims := r.RequestContext.Authorizer.JWT.Claims
		claims["sub"], claims["username"] = user, user // as issuers and the user pool have it
	}
}

// saying changes fields of the JSON body.
func saying(members map[string]any) request {
	return func(r *lambdaevents.APIGatewayV2HTTPRequest) {
		body := map[string]any{}
		_ = json.Unmarshal([]byte(r.Body), &body) // a sample without a body starts with an empty object
		for name, v := range members {
			body[name] = v
		}
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		r.Body = string(text)
		r.Headers["content-type"] = "application/json"
		r.Headers["content-length"] = fmt.Sprint(len(text))
	}
}

// without removes a header.
func without(header string) request {
	return func(r *lambdaevents.APIGatewayV2HTTPRequest) { delete(r.Headers, header) }
}

// api sends a sample request and returns the status and the decoded JSON response, if any.
func (w *harness) api(sample string, changes ...request) (status int, answer map[string]any) {
	w.t.Helper()
	var r lambdaevents.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(events.Sample("api-"+sample), &r); err != nil {
		w.t.Fatal(err)
	}
	for _, change := range changes {
		change(&r)
	}
	event, err := json.Marshal(r)
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := w.functions["api"].Invoke(w.t.Context(), event)
	if err != nil {
		w.t.Fatalf("%s: %v", sample, err)
	}
	var resp lambdaevents.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(out, &resp); err != nil {
		w.t.Fatal(err)
	}
	if strings.Contains(resp.Headers["Content-Type"], "json") {
		if err := json.Unmarshal([]byte(resp.Body), &answer); err != nil {
			w.t.Fatalf("%s: %v: %s", sample, err, resp.Body)
		}
	}
	return resp.StatusCode, answer
}

// must is like api, but fails the test unless the status is want.
func (w *harness) must(want int, sample string, changes ...request) map[string]any {
	w.t.Helper()
	status, answer := w.api(sample, changes...)
	if status != want {
		w.t.Fatalf("%s answered %d, want %d: %v", sample, status, want, answer)
	}
	return answer
}

// create creates an integration of the sample user for a path of the receiver, and returns its id.
func (w *harness) create(path string, changes ...request) string {
	w.t.Helper()
	changes = append([]request{without("idempotency-key"), saying(map[string]any{"requestUrl": w.receiver.URL(path)})}, changes...)
	made := w.must(http.StatusCreated, "create", changes...)
	w.receiver.at(path, func(e *endpoint) { e.secret = made["signingSecret"].(string) })
	return made["id"].(string)
}

// status returns the status of a dispatch as the API reports it, or "" if it has no record yet.
func (w *harness) status(integration, dispatch string) string {
	w.t.Helper()
	code, answer := w.api("dispatch", to(integration, dispatch))
	if code == http.StatusNotFound {
		return ""
	}
	return fmt.Sprint(answer["status"])
}

var busEvents atomic.Int64

// busEvent returns a sample event with a new id, as if just put on the bus.
func busEvent(sample string, change func(detail map[string]any)) lambdaevents.EventBridgeEvent {
	var ev lambdaevents.EventBridgeEvent
	detail := map[string]any{}
	err := errors.Join(json.Unmarshal(events.Sample("fanout-"+sample), &ev), json.Unmarshal(ev.Detail, &detail))
	if err != nil {
		panic(err)
	}
	ev.Time = time.Now().UTC().Truncate(time.Second)
	ev.ID = fmt.Sprintf("6a7e8feb-b491-4cf7-a9f1-%012d", busEvents.Add(1))
	if change != nil {
		change(detail)
	}
	if ev.Detail, err = json.Marshal(detail); err != nil {
		panic(err)
	}
	return ev
}

// put invokes the fanout function like EventBridge's rule with an asynchronous invocation: an event
// that fails three times goes to the failure queue.
func (w *harness) put(ev lambdaevents.EventBridgeEvent) {
	w.t.Helper()
	payload, err := json.Marshal(ev)
	if err != nil {
		w.t.Fatal(err)
	}
	for range 3 {
		if _, err = w.functions["fanout"].Invoke(w.t.Context(), payload); err == nil {
			return
		}
	}
	w.reportFailure(payload, err)
}

func (w *harness) reportFailure(payload []byte, failure error) {
	w.t.Helper()
	f := w.Functions["fanout"]
	i := slices.IndexFunc(w.Queues, func(q stack.Queue) bool { return q.ARN == f.Failures })
	fault, _ := errors.AsType[*lambdaruntime.FunctionError](failure)
	report, err := json.Marshal(map[string]any{
		"version": "1.0", "requestPayload": json.RawMessage(payload), "responsePayload": fault,
		"requestContext": map[string]any{"functionArn": f.ARN, "condition": "RetriesExhausted", "approximateInvokeCount": 3},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	body := string(report)
	if _, err := sqs.NewFromConfig(w.aws("fanout-failures")).SendMessage(w.t.Context(), &sqs.SendMessageInput{QueueUrl: &w.Queues[i].URL, MessageBody: &body}); err != nil {
		w.t.Fatal(err)
	}
}
