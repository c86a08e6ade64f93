package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// alias is the function's alias that the rule invokes.
const alias = "live"

// queue is the subset of SQS that replay uses.
type queue interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessage(context.Context, *sqs.DeleteMessageInput, ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error)
}

// functions is the subset of Lambda that replay uses.
type functions interface {
	Invoke(context.Context, *lambda.InvokeInput, ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

type replayer struct {
	queue     queue
	url       string
	functions functions
	function  string
	out       io.Writer // one line per event with ids and errors, without payloads
}

// replay sends at most most events and returns how many it sent. It deletes a message
// after Lambda has accepted its event. Messages without an event stay in the queue for manual
// inspection.
func (r replayer) replay(ctx context.Context, most int) (sent int, err error) {
	for sent < most {
		out, err := r.queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl:              &r.url,
			MaxNumberOfMessages:   int32(min(most-sent, 10)),
			WaitTimeSeconds:       5, // short polling may miss messages
			MessageAttributeNames: []string{"All"},
		})
		if err != nil {
			return sent, fmt.Errorf("receive: %w", err)
		}
		if len(out.Messages) == 0 {
			return sent, nil
		}
		for _, m := range out.Messages {
			done, err := r.handOver(ctx, m)
			if err != nil {
				return sent, err
			}
			sent += done
		}
	}
	return sent, nil
}

// handOver returns 1 if it sent the message's event, and 0 if the message has none.
func (r replayer) handOver(ctx context.Context, m sqstypes.Message) (int, error) {
	event, id, err := eventOf(aws.ToString(m.Body))
	if err != nil {
		fmt.Fprintf(r.out, "message %s stays: %v\n", aws.ToString(m.MessageId), err)
		return 0, nil
	}
	if _, err := r.functions.Invoke(ctx, &lambda.InvokeInput{
		FunctionName:   &r.function,
		Qualifier:      aws.String(alias),
		InvocationType: lambdatypes.InvocationTypeEvent,
		Payload:        event,
	}); err != nil {
		return 0, fmt.Errorf("send event %s: %w", id, err)
	}
	if _, err := r.queue.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &r.url, ReceiptHandle: m.ReceiptHandle}); err != nil {
		return 0, fmt.Errorf("event %s was sent, but its message was not deleted (harmless: repeats are dropped): %w", id, err)
	}
	fmt.Fprintf(r.out, "event %s sent; it had failed with: %s\n", id, cause(m))
	return 1, nil
}

// eventOf finds the event in a message. EventBridge sends the event itself; Lambda sends a report
// with the event in requestPayload.
func eventOf(body string) (event json.RawMessage, id string, err error) {
	event = json.RawMessage(body)
	var report struct{ RequestPayload json.RawMessage }
	if err := json.Unmarshal(event, &report); err != nil {
		return nil, "", fmt.Errorf("its body is not JSON: %w", err)
	}
	if report.RequestPayload != nil {
		event = report.RequestPayload
	}
	var envelope struct {
		ID     string
		Detail json.RawMessage
	}
	if err := json.Unmarshal(event, &envelope); err != nil || envelope.ID == "" || envelope.Detail == nil {
		return nil, "", errors.New("it has no event with id and detail")
	}
	return event, envelope.ID, nil
}

// cause returns why the event failed, if the message says so.
func cause(m sqstypes.Message) string {
	if a, ok := m.MessageAttributes["ERROR_MESSAGE"]; ok {
		return aws.ToString(a.StringValue)
	}
	var report struct {
		RequestContext  struct{ Condition string }
		ResponsePayload struct{ ErrorMessage string }
	}
	if err := json.Unmarshal([]byte(aws.ToString(m.Body)), &report); err != nil || report.RequestContext.Condition == "" {
		return "unknown"
	}
	return report.RequestContext.Condition + " " + report.ResponsePayload.ErrorMessage
}
