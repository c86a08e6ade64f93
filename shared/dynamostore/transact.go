package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// DynamoDB rejects writes that conflict with a transaction on the same item. Transactions are
// short: nine tries wait about a second in total, on average.
const (
	conflictTries    = 9
	conflictWait     = 10 * time.Millisecond // before the second try; doubles
	conflictLongWait = 400 * time.Millisecond
)

// refusal is the error of a transaction or write whose conditions were not all met; nothing was
// written. failed[i] reports whether the condition of part i failed. If so, found[i] is the item
// that was found, or nil if there was none.
type refusal struct {
	failed []bool
	found  []item
}

func (*refusal) Error() string { return "a condition was not met" }

// transact writes all parts or none. It returns a *refusal if a condition fails.
func (s *Store) transact(ctx context.Context, parts ...types.TransactWriteItem) error {
	return s.insist(ctx, func() error {
		_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: parts})
		cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
		if !ok {
			return err
		}
		r := &refusal{}
		any := false
		for _, reason := range cancelled.CancellationReasons {
			failed := aws.ToString(reason.Code) == "ConditionalCheckFailed"
			r.failed, r.found = append(r.failed, failed), append(r.found, reason.Item)
			any = any || failed
		}
		if any {
			return r
		}
		return err
	})
}

// insist retries a write that conflicts with a transaction, and a transaction that is throttled.
// The SDK retries neither of them.
func (s *Store) insist(ctx context.Context, write func() error) error {
	wait := conflictWait
	for try := 1; ; try++ {
		err := write()
		if err == nil || try == conflictTries || !passing(err) {
			return err
		}
		jittered := time.Duration(rand.Int64N(int64(wait))) + wait/2
		if cancelled := smithytime.SleepWithContext(ctx, jittered); cancelled != nil {
			return fmt.Errorf("%w, while waiting to repeat it: %w", err, cancelled)
		}
		wait = min(2*wait, conflictLongWait)
	}
}

// passing reports whether the error is transient.
func passing(err error) bool {
	if _, ok := errors.AsType[*types.TransactionConflictException](err); ok {
		return true
	}
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	return ok && because(cancelled, "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")
}

// because reports whether the transaction was cancelled for one of the reasons.
func because(cancelled *types.TransactionCanceledException, codes ...string) bool {
	return slices.ContainsFunc(cancelled.CancellationReasons, func(r types.CancellationReason) bool {
		return slices.Contains(codes, aws.ToString(r.Code))
	})
}

// refusedItem returns the item that failed a write's condition, empty if there was none. It returns
// nil and the error for other errors.
func refusedItem(err error) (item, error) {
	refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	switch {
	case !ok:
		return nil, err
	case refused.Item == nil:
		return item{}, nil
	}
	return refused.Item, nil
}

// throttled adds webhook.ErrThrottled to the error of a write that DynamoDB still throttles after
// all retries.
func throttled(err error) error {
	if busy(err) {
		return fmt.Errorf("%w: %w", webhook.ErrThrottled, err)
	}
	return err
}

func busy(err error) bool {
	if cancelled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		return because(cancelled, "ThrottlingError", "ProvisionedThroughputExceeded")
	}
	return throttles.IsErrorThrottle(err) == aws.TrueTernary
}

// throttles knows the throttling error codes of AWS services.
var throttles = retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// put is the part of a transaction that stores an item if the condition holds.
func (s *Store) put(it item, condition string, values item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: s.table, Item: it,
		ConditionExpression: expression(condition), ExpressionAttributeValues: values, ExpressionAttributeNames: names(condition),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// update is the part of a transaction that changes an item if the condition holds. The condition
// may be empty.
func (s *Store) update(k key, change, condition string, values item) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: s.table, Key: k.attributes(), UpdateExpression: &change,
		ConditionExpression: expression(condition), ExpressionAttributeValues: values, ExpressionAttributeNames: names(change + condition),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}
