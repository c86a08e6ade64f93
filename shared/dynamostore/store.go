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

// Options are what a store needs besides its client.
type Options struct {
	Table     string
	Retention time.Duration    // of dispatches
	Now       func() time.Time // time.Now if nil
}

// Store keeps integrations, their versions and dispatches in one table. It is
// safe for concurrent use.
type Store struct {
	client Client
	table  *string
	keep   time.Duration
	now    func() time.Time

	// holding lets HoldDispatch through one at a time: the holds of a batch are mostly for
	// one integration, and transactions on the same item refuse one another.
	holding sync.Mutex
}

// New returns a store on the table. It does not check that the table exists.
func New(client Client, o Options) *Store {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{client: client, table: &o.Table, keep: o.Retention, now: o.Now}
}

// expiry is the ttl of what is written now and kept for the retention. What
// is left of a second is given on top.
func (s *Store) expiry() int64 { return unixCeil(s.now().Add(s.keep)) }

// unixCeil is the first whole second that is not before t.
func unixCeil(t time.Time) int64 { return t.Add(time.Second - 1).Unix() }

// explain adds to an error of the SDK what was being done, and the way out
// where there is one.
func (s *Store) explain(doing string, err error) error {
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); ok {
		return fmt.Errorf("%s: there is no table %q in this account and region: set TABLE_NAME to the table of the deployed stack: %w", doing, *s.table, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
