package dynamostore

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// format is the item format that this version writes, and the newest that it can read.
const format = 1

// item is an item of the table. Zero values are omitted, and missing attributes are read as zero.
type item map[string]types.AttributeValue

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func (it item) setText(name, s string) {
	if s != "" {
		it[name] = text(s)
	}
}

func (it item) setNumber(name string, n int) {
	if n != 0 {
		it[name] = number(int64(n))
	}
}

func (it item) setBytes(name string, b []byte) {
	if len(b) > 0 {
		it[name] = &types.AttributeValueMemberB{Value: b}
	}
}

func (it item) setTime(name string, t time.Time) {
	if !t.IsZero() {
		it[name] = number(t.UnixMilli())
	}
}

// setBool omits false.
func (it item) setBool(name string, b bool) {
	if b {
		it[name] = &types.AttributeValueMemberBOOL{Value: true}
	}
}

func (it item) bool(name string) bool {
	_, ok := it[name]
	return ok
}

func (it item) text(name string) string {
	if v, ok := it[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func (it item) int64(name string) int64 {
	v, ok := it[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	n, _ := strconv.ParseInt(v.Value, 10, 64) // this program writes only integers
	return n
}

func (it item) number(name string) int { return int(it.int64(name)) }

// bytes returns a copy, so that readers of an item do not share it.
func (it item) bytes(name string) []byte {
	if v, ok := it[name].(*types.AttributeValueMemberB); ok {
		return slices.Clone(v.Value)
	}
	return nil
}

func (it item) time(name string) time.Time {
	if _, ok := it[name]; !ok {
		return time.Time{}
	}
	return time.UnixMilli(it.int64(name)).UTC()
}

// expired reports whether the item's ttl has passed.
func (it item) expired(now time.Time) bool {
	ttl := it.int64("ttl")
	return ttl != 0 && ttl <= now.Unix()
}

// check returns an error that names the item if this version does not know its format.
func (it item) check() error {
	switch f := it.number("f"); {
	case f > format:
		return fmt.Errorf("item %s of format %d, newest known is %d: %w", it.key(), f, format, webhook.ErrNewerFormat)
	case f < 1:
		return fmt.Errorf("item %s is damaged: its format, the number f, is missing", it.key())
	}
	return nil
}

// same reports whether two items are equal, ignoring the named attributes.
func same(a, b item, but ...string) bool {
	return reflect.DeepEqual(a.without(but), b.without(but))
}

func (it item) without(names []string) item {
	rest := make(item, len(it))
	for name, v := range it {
		rest[name] = v
	}
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}
