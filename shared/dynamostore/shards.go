package dynamostore

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/bits"
	"strconv"
	"strings"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// A partition of the table takes about 1,000 writes per second, which one busy integration can
// exceed. So the dispatches of an integration can be spread over several partitions:
// INTEGRATION#<id>, INTEGRATION#<id>#1 and so on. The partition of a dispatch follows from its id
// and its number of shards, which was the integration's at the time of the fanout. All numbers are
// powers of two, so the partitions of a smaller number are among those of a larger one.

// GrowShards sets Integration.Shards to 'to' if it is 'from' or already 'to'.
func (s *Store) GrowShards(ctx context.Context, userID, id string, from, to int) error {
	if !webhook.ValidShards(to) {
		return fmt.Errorf("spread integration %s: %d is not a number of shards", id, to)
	}
	condition := "attribute_exists(PK) AND shards = :from"
	if from <= 1 {
		condition = "attribute_exists(PK) AND (attribute_not_exists(shards) OR shards <= :from)"
	}
	values := item{":from": number(int64(max(from, 1))), ":to": number(int64(to))}
	found, err := s.updateIf(ctx, integrationKey(userID, id), "SET shards = :to", condition, values)
	switch {
	case err != nil:
		return s.explain("spread integration "+id, err)
	case found == nil, found.number("shards") == to:
		return nil
	case len(found) == 0:
		return webhook.ErrNotFound
	}
	return webhook.ErrConflict
}

// spread returns the number of partitions for a number of shards: a power of two.
func spread(shards int) int {
	shards = min(max(shards, 1), webhook.MaxShards)
	return 1 << (bits.Len(uint(shards)) - 1)
}

// shardOf returns the shard of a text.
func shardOf(text string, shards int) int {
	h := fnv.New32a()
	h.Write([]byte(text))
	return int(h.Sum32() % uint32(shards))
}

// partition returns the partition key of a shard of an integration.
func partition(integrationID string, shard int) string {
	if shard == 0 {
		return integrationPrefix + integrationID
	}
	return integrationPrefix + integrationID + "#" + strconv.Itoa(shard)
}

func partitionOf(r webhook.Ref) string {
	return partition(r.IntegrationID, shardOf(r.DispatchID, spread(r.Shards)))
}

// partitions returns the partition keys of an integration's dispatches.
func partitions(integrationID string, shards int) []string {
	all := make([]string, spread(shards))
	for i := range all {
		all[i] = partition(integrationID, i)
	}
	return all
}

// integrationIn returns the integration's id in a partition key.
func integrationIn(pk string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(pk, integrationPrefix), "#")
	return id
}

// candidates returns all keys that a dispatch can have, the unsharded one first.
func candidates(integrationID, id string) []key {
	var all []key
	last := -1
	for n := 1; n <= webhook.MaxShards; n *= 2 {
		if shard := shardOf(id, n); shard > last { // each is the previous shard, or that plus half of n
			all = append(all, dispatchKey(webhook.Ref{IntegrationID: integrationID, DispatchID: id, Shards: n}))
			last = shard
		}
	}
	return all
}
