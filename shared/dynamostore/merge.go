package dynamostore

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// merge merges the same range of several partitions into one list, ordered by the sort keys. For
// one page, it makes at most maxReads reads per partition.
type merge struct {
	store      *Store
	parts      []*part
	descending bool
	last       string // the sort key of the last item returned
}

// part is the items of one partition that were read but not returned yet.
type part struct {
	in    *dynamodb.QueryInput
	items []item
	reads int
	more  bool // whether there are more after the items
}

// merge returns the list of the query's results in all of the partitions, each used as :pk. If
// after is not "", the list starts after that sort key.
func (s *Store) merge(partitions []string, q *dynamodb.QueryInput, after string) *merge {
	m := &merge{store: s, descending: !aws.ToBool(q.ScanIndexForward)}
	for _, pk := range partitions {
		in := *q
		in.ExpressionAttributeValues = item(q.ExpressionAttributeValues).without(nil)
		in.ExpressionAttributeValues[":pk"] = text(pk)
		if after != "" {
			in.ExclusiveStartKey = key{pk, after}.attributes()
		}
		m.parts = append(m.parts, &part{in: &in, more: true})
	}
	return m
}

// share returns how many items to request per partition for a total of limit, allowing for an
// uneven distribution.
func share(limit, partitions int) *int32 {
	if partitions > 1 {
		limit = limit/partitions + 4
	}
	return aws.Int32(int32(min(limit, maxItems)))
}

// next returns the next item of the list. It returns nil at the end, or if a partition has no reads
// left; then after is the sort key to continue after, "" at the end.
func (m *merge) next(ctx context.Context) (it item, after string, err error) {
	if err := m.fill(ctx); err != nil {
		return nil, "", err
	}
	var first *part
	for _, p := range m.parts {
		switch {
		case len(p.items) > 0:
			if first == nil || m.before(p.head(), first.head()) {
				first = p
			}
		case p.more:
			if at := item(p.in.ExclusiveStartKey).text("SK"); after == "" || m.before(at, after) {
				after = at
			}
		}
	}
	if first == nil || after != "" && m.before(after, first.head()) {
		return nil, after, nil
	}
	it, m.last = first.items[0], first.head()
	for _, p := range m.parts { // several partitions can have the same id: the first one counts
		if len(p.items) > 0 && p.head() == m.last {
			p.items = p.items[1:]
		}
	}
	return it, "", nil
}

// rest returns the sort key after which the list continues, or "" if it has ended.
func (m *merge) rest() string {
	for _, p := range m.parts {
		if len(p.items) > 0 || p.more {
			return m.last
		}
	}
	return ""
}

func (p *part) head() string { return p.items[0].text("SK") }

func (m *merge) before(a, b string) bool {
	if m.descending {
		return a > b
	}
	return a < b
}

// fill reads from the partitions that have no items left, concurrently.
func (m *merge) fill(ctx context.Context) error {
	errs := make([]error, len(m.parts))
	var all sync.WaitGroup
	for i, p := range m.parts {
		if len(p.items) == 0 && p.more && p.reads < maxReads {
			all.Go(func() { errs[i] = m.read(ctx, p) })
		}
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads until there is an item, the partition ends, or no read is left.
func (m *merge) read(ctx context.Context, p *part) error {
	for len(p.items) == 0 && p.more && p.reads < maxReads {
		out, err := m.store.client.Query(ctx, p.in)
		if err != nil {
			return err
		}
		p.reads++
		for _, it := range out.Items {
			p.items = append(p.items, it)
		}
		p.in.ExclusiveStartKey = out.LastEvaluatedKey
		p.more = len(out.LastEvaluatedKey) > 0
	}
	return nil
}
