package dynamostore

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// loadTries is the maximum number of requests for items that DynamoDB left unprocessed.
const loadTries = 6

// Load returns the stored state for each ref, in the order of refs, with one BatchGetItem call per
// batch of messages.
//
// The reads are eventually consistent, at half the price, and may miss recent writes. A stale
// dispatch is detected when its next revision is written. An integration that seems to be missing
// is read again consistently, because otherwise its dispatches would be dropped.
func (s *Store) Load(ctx context.Context, refs []webhook.Ref) ([]webhook.Loaded, error) {
	found := map[key]item{}
	want := map[key]bool{}
	for _, r := range refs {
		if ids.Valid(r.IntegrationID) {
			want[integrationKey(r.UserID, r.IntegrationID)] = true
			if ids.Valid(r.DispatchID) {
				want[dispatchKey(r)] = true
			}
		}
	}
	if err := s.batchGet(ctx, want, false, found); err != nil {
		return nil, err
	}
	clear(want)
	for _, r := range refs {
		if k := integrationKey(r.UserID, r.IntegrationID); ids.Valid(r.IntegrationID) && found[k] == nil {
			want[k] = true
		}
	}
	if err := s.batchGet(ctx, want, true, found); err != nil {
		return nil, err
	}
	all := make([]webhook.Loaded, len(refs))
	for i, r := range refs {
		all[i] = s.loaded(r, found)
	}
	return all, nil
}

// loaded decodes what was found for one ref. An unreadable item affects only this ref.
func (s *Store) loaded(r webhook.Ref, found map[key]item) (l webhook.Loaded) {
	if it := found[integrationKey(r.UserID, r.IntegrationID)]; it != nil {
		l.Integration, l.Err = it.integration()
	}
	if it := found[dispatchKey(r)]; it != nil && !it.expired(s.now()) && l.Err == nil {
		l.Dispatch, l.Err = it.dispatch()
	}
	return l
}

// batchGet reads at most 100 items into found.
func (s *Store) batchGet(ctx context.Context, want map[key]bool, consistent bool, found map[key]item) error {
	if len(want) == 0 {
		return nil
	}
	ask := types.KeysAndAttributes{ConsistentRead: &consistent}
	for k := range want {
		ask.Keys = append(ask.Keys, k.attributes())
	}
	rest := map[string]types.KeysAndAttributes{*s.table: ask}
	for try := range loadTries {
		if try > 0 { // partly throttled, or over 16 MB
			if err := smithytime.SleepWithContext(ctx, 20*time.Millisecond<<try); err != nil {
				return fmt.Errorf("load the rest of a batch: %w", err)
			}
		}
		out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: rest})
		if err != nil {
			return s.explain("load a batch", err)
		}
		for _, it := range out.Responses[*s.table] {
			found[item(it).key()] = it
		}
		if rest = out.UnprocessedKeys; len(rest) == 0 {
			return nil
		}
	}
	return fmt.Errorf("load a batch: DynamoDB left out %d of %d items, %d times: the table is throttled", len(rest[*s.table].Keys), len(want), loadTries)
}
