// Package notices sends notices about the health of integrations to the platform over its
// EventBridge bus.
package notices

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Putter is the part of the EventBridge client that Bus uses.
type Putter interface {
	PutEvents(ctx context.Context, in *eventbridge.PutEventsInput, opts ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Bus puts notices on an EventBridge bus. It is safe for concurrent use.
type Bus struct {
	Client Putter
	Name   string // of the bus, or its ARN
	Source string // of the events, e.g. "thordata.webhooks"
}

// Notify puts the notice on the bus. Repeats of a notice have the same noticeId in their detail.
func (b *Bus) Notify(ctx context.Context, n webhook.Notice) error {
	detail, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("notice %s: %w", n.ID, err)
	}
	out, err := b.Client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: aws.String(b.Name),
		Source:       aws.String(b.Source),
		DetailType:   aws.String(n.DetailType()),
		Detail:       aws.String(string(detail)),
		Resources:    []string{"webhook-integration/" + n.IntegrationID},
	}}})
	if err != nil {
		return fmt.Errorf("put notice %s: %w", n.ID, err)
	}
	return refused(n, out)
}

// refused returns an error if the bus rejected the entry; the call itself succeeds in that case.
func refused(n webhook.Notice, out *eventbridge.PutEventsOutput) error {
	if out.FailedEntryCount == 0 {
		return nil
	}
	for _, e := range out.Entries {
		if e.ErrorCode != nil {
			return fmt.Errorf("put notice %s: rejected by the bus: %s: %s", n.ID, aws.ToString(e.ErrorCode), aws.ToString(e.ErrorMessage))
		}
	}
	return errors.New("put notice " + n.ID + ": rejected by the bus without a reason")
}
