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

// A partition of the table takes about 1,000 writes a second, which one busy integration can exceed.
// So the dispatches of an integration may be spread over several: INTEGRATION#<id>, and
// INTEGRATION#<id>#1 and so on. In which of them one is follows from its id and from the number of
// partitions that it bears, the integration's at its fan-out. As all numbers are powers of two,
// what was spread over fewer partitions is in some of the later ones.

// GrowShards sets Integration.Shards to 'to' if it is 'from', or is 'to' already.
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

// spread is the number of partitions that a number of shards means: a power of two.
func spread(shards int) int {
	shards = min(max(shards, 1), webhook.MaxShards)
	return 1 << (bits.Len(uint(shards)) - 1)
}

// shardOf returns the shard that a text is in.
func shardOf(text string, shards int) int {
	h := fnv.New32a()
	h.Write([]byte(text))
	return int(h.Sum32() % uint32(shards))
}

// partition is the partition key of a shard of an integration.
func partition(integrationID string, shard int) string {
	if shard == 0 {
		return integrationPrefix + integrationID
	}
	return integrationPrefix + integrationID + "#" + strconv.Itoa(shard)
}

func partitionOf(r webhook.Ref) string {
	return partition(r.IntegrationID, shardOf(r.DispatchID, spread(r.Shards)))
}

// partitions are those that an integration's dispatches are in.
func partitions(integrationID string, shards int) []string {
	all := make([]string, spread(shards))
	for i := range all {
		all[i] = partition(integrationID, i)
	}
	return all
}

// integrationIn returns the id in a partition key.
func integrationIn(pk string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(pk, integrationPrefix), "#")
	return id
}

// candidates are all the keys that a dispatch can have, the unsharded one first.
func candidates(integrationID, id string) []key {
	var all []key
	last := -1
	for n := 1; n <= webhook.MaxShards; n *= 2 {
		if shard := shardOf(id, n); shard > last { // each is the one before, or that plus half of n
			all = append(all, dispatchKey(webhook.Ref{IntegrationID: integrationID, DispatchID: id, Shards: n}))
			last = shard
		}
	}
	return all
}
