package dynamostore

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// merge reads the same range of several partitions as one list, in the order of the sort keys. For a
// page, it asks each partition maxReads times at most.
type merge struct {
	store      *Store
	parts      []*part
	descending bool
	last       string // the sort key that was taken last
}

// part is what has been read of one partition, and not been taken yet.
type part struct {
	in    *dynamodb.QueryInput
	items []item
	reads int
	more  bool // behind the items
}

// merge returns the list that a query gives for partitions in the place of its :pk. The query starts
// behind the sort key after, where that is not "".
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

// share is how many items to ask each of several partitions for, so that they have limit together,
// though some have more than others.
func share(limit, partitions int) *int32 {
	if partitions > 1 {
		limit = limit/partitions + 4
	}
	return aws.Int32(int32(min(limit, maxItems)))
}

// next returns the next item of the list. If there is none, or the reads of a partition are used up,
// it is nil; after is then the sort key behind which the list goes on, "" at its end.
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
	for _, p := range m.parts { // the same id in several partitions is one thing; the first has it
		if len(p.items) > 0 && p.head() == m.last {
			p.items = p.items[1:]
		}
	}
	return it, "", nil
}

// rest returns the sort key behind which the list goes on, "" if nothing is left.
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

// fill reads on in those partitions of which nothing is left, at the same time.
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

// read reads until there is an item, the end, or no read left.
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
