package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Client is the part of *dynamodb.Client that the store uses.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Options configure a Store.
type Options struct {
	Table     string
	Retention time.Duration    // of dispatches
	Now       func() time.Time // time.Now if nil
}

// Store stores integrations, their versions and dispatches in one table. It is safe for concurrent
// use.
type Store struct {
	client Client
	table  *string
	keep   time.Duration
	now    func() time.Time

	// holding serializes HoldDispatch: the holds of a batch are mostly for one integration, and
	// concurrent transactions on the same item conflict.
	holding sync.Mutex
}

// New returns a store on a table. It does not check that the table exists.
func New(client Client, o Options) *Store {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{client: client, table: &o.Table, keep: o.Retention, now: o.Now}
}

// expiry is the ttl of a record written now, rounded up to a whole second.
func (s *Store) expiry() int64 { return unixCeil(s.now().Add(s.keep)) }

// unixCeil rounds t up to a whole second.
func unixCeil(t time.Time) int64 { return t.Add(time.Second - 1).Unix() }

// explain wraps an SDK error with the operation that failed and, for a missing table, with what to
// do.
func (s *Store) explain(doing string, err error) error {
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); ok {
		return fmt.Errorf("%s: there is no table %q in this account and region: set TABLE_NAME to the table of the deployed stack: %w", doing, *s.table, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
