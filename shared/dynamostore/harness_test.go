package dynamostore

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// spy is a Client that records calls and injects results and errors.
type spy struct {
	Client
	mu       sync.Mutex // guards queries and scanned
	batches  []*dynamodb.BatchGetItemInput
	batch    func(*dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) // replaces BatchGetItem
	queries  []*dynamodb.QueryInput
	scanned  int // items that queries read
	updates  int
	limit    int32        // maximum items per query
	transact func() error // runs before TransactWriteItems
	put      func() error // runs before PutItem
}

func (s *spy) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	s.batches = append(s.batches, in)
	if s.batch != nil {
		return s.batch(in)
	}
	return s.Client.BatchGetItem(ctx, in, o...)
}

func (s *spy) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	s.mu.Lock()
	s.queries = append(s.queries, in)
	s.mu.Unlock()
	if s.limit > 0 {
		less := *in
		less.Limit = &s.limit
		in = &less
	}
	out, err := s.Client.Query(ctx, in, o...)
	if err == nil {
		s.mu.Lock()
		s.scanned += int(out.ScannedCount)
		s.mu.Unlock()
	}
	return out, err
}

func (s *spy) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	s.updates++
	return s.Client.UpdateItem(ctx, in, o...)
}

func (s *spy) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if s.transact != nil {
		if err := s.transact(); err != nil {
			return nil, err
		}
	}
	return s.Client.TransactWriteItems(ctx, in, o...)
}

func (s *spy) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if s.put != nil {
		if err := s.put(); err != nil {
			return nil, err
		}
	}
	return s.Client.PutItem(ctx, in, o...)
}

// harness is a store with its own table and a user.
type harness struct {
	*testing.T
	*Store
	spy  *spy
	user string
}

func newHarness(t *testing.T) *harness {
	s := &spy{Client: newClient(t, http.DefaultTransport)}
	return &harness{T: t, spy: s, user: "3406", Store: New(s, Options{Table: newTable(t), Retention: 30 * 24 * time.Hour})}
}

func (w *harness) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *harness) created() webhook.Integration {
	w.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	in, err := w.CreateIntegration(w.Context(), webhook.Integration{
		ID: ids.New(now), UserID: w.user, Name: "n", EventTypes: []webhook.EventType{webhook.Succeeded}, RequestURL: "https://example.com",
		Status: webhook.Active, Version: 1, CreatedAt: now, ModifiedAt: now, Secrets: webhook.Secrets{Current: []byte("s")},
	}, webhook.CreateOptions{Quota: 100})
	w.must(err)
	return in
}

func (w *harness) dispatch(in webhook.Integration, eventID string) webhook.Dispatch {
	at := time.Now().UTC().Truncate(time.Millisecond)
	return webhook.Dispatch{
		ID: ids.Dispatch(at, eventID, in.ID), IntegrationID: in.ID, UserID: in.UserID, EventID: eventID, EventType: webhook.Succeeded,
		Trigger: webhook.TriggerEvent, Status: webhook.DispatchSucceeded, CreatedAt: at, FinishedAt: at, Revision: 1, Event: []byte(`{}`),
	}
}

func (w *harness) saved(d webhook.Dispatch) webhook.Dispatch {
	w.Helper()
	w.must(w.SaveDispatch(w.Context(), d))
	return d
}

// raw reads an item directly from the table.
func (w *harness) raw(k key) item {
	w.Helper()
	out, err := w.client.GetItem(w.Context(), &dynamodb.GetItemInput{TableName: w.table, Key: k.attributes()})
	w.must(err)
	return out.Item
}

// overwrite changes an item directly in the table.
func (w *harness) overwrite(k key, change func(item)) {
	w.Helper()
	it := w.raw(k)
	change(it)
	_, err := w.client.PutItem(w.Context(), &dynamodb.PutItemInput{TableName: w.table, Item: it})
	w.must(err)
}
