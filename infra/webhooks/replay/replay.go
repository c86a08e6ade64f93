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

// alias is the version of the function that the rule calls.
const alias = "live"

// queue is the part of SQS that is used.
type queue interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessage(context.Context, *sqs.DeleteMessageInput, ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error)
}

// functions is the part of Lambda that is used.
type functions interface {
	Invoke(context.Context, *lambda.InvokeInput, ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

type replayer struct {
	queue     queue
	url       string
	functions functions
	function  string
	out       io.Writer // a line for each event; ids and errors, no payloads
}

// replay hands over up to most events and returns how many it did. A message leaves the queue
// after Lambda has taken its event; one that holds no event stays, for a person.
func (r replayer) replay(ctx context.Context, most int) (sent int, err error) {
	for sent < most {
		out, err := r.queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl:              &r.url,
			MaxNumberOfMessages:   int32(min(most-sent, 10)),
			WaitTimeSeconds:       5, // a short poll may miss messages that are there
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

// handOver returns 1 if the message's event was handed over, 0 if it holds none.
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
		return 0, fmt.Errorf("hand over event %s: %w", id, err)
	}
	if _, err := r.queue.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &r.url, ReceiptHandle: m.ReceiptHandle}); err != nil {
		return 0, fmt.Errorf("event %s was handed over, but its message is still there (harmless: repeats are dropped): %w", id, err)
	}
	fmt.Fprintf(r.out, "event %s handed over; it had failed with: %s\n", id, cause(m))
	return 1, nil
}

// eventOf finds the event in a message: EventBridge sends it as it is, Lambda
// in the field requestPayload of a report.
func eventOf(body string) (event json.RawMessage, id string, err error) {
	event = json.RawMessage(body)
	var report struct{ RequestPayload json.RawMessage }
	if err := json.Unmarshal(event, &report); err != nil {
		return nil, "", fmt.Errorf("its body is no JSON: %w", err)
	}
	if report.RequestPayload != nil {
		event = report.RequestPayload
	}
	var envelope struct {
		ID     string
		Detail json.RawMessage
	}
	if err := json.Unmarshal(event, &envelope); err != nil || envelope.ID == "" || envelope.Detail == nil {
		return nil, "", errors.New("it holds no event: want one with id and detail")
	}
	return event, envelope.ID, nil
}

// cause is why the event failed, as far as the message tells.
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
