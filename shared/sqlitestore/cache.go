package sqlitestore

import (
	"slices"
	"sync"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// cache holds recently read values by name. It is never stale: all writes to the file go through
// this process, and each removes what it changed before its caller gets the result.
type cache[V any] struct {
	weigh func(V) int // approximate bytes
	clone func(V) V   // copies everything that a reader could change

	mu      sync.Mutex
	held    map[string]V
	size    int // bytes
	changes int // number of calls of forget
}

const (
	maxCache   = 32 << 20 // bytes
	entryBytes = 1 << 10  // approximate size of an integration without its templates
)

// integrationCache caches integrations by id. Without it, reading them is a third of a delivery's
// disk reads.
func integrationCache() *cache[webhook.Integration] {
	return &cache[webhook.Integration]{
		held: map[string]webhook.Integration{}, clone: cloneIntegration,
		weigh: func(in webhook.Integration) int {
			return entryBytes + len(in.PayloadTemplate) + len(in.HeadersTemplate) + len(in.Description) + len(in.Filter)
		},
	}
}

// subscriptionCache caches the subscriptions of users with few integrations. Reading them for every
// event took a fifteenth of the event's processing time.
func subscriptionCache() *cache[[]webhook.Subscription] {
	return &cache[[]webhook.Subscription]{
		held: map[string][]webhook.Subscription{}, clone: cloneSubscriptions,
		weigh: func(subs []webhook.Subscription) int {
			n := entryBytes/4 + len(subs)*entryBytes/4
			for _, sub := range subs {
				n += len(sub.Filter)
			}
			return n
		},
	}
}

// get returns a copy of the value with that name. If there is none, the caller passes the mark to
// put.
func (c *cache[V]) get(name string) (v V, mark int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok = c.held[name]; ok {
		v = c.clone(v)
	}
	return v, c.changes, ok
}

// put stores a value that was read after get returned the mark. It does nothing if something has
// changed since then: the value may be stale.
func (c *cache[V]) put(name string, v V, mark int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes != mark {
		return
	}
	c.drop(name)
	for other := range c.held { // map order: drops arbitrary ones
		if c.size+c.weigh(v) <= maxCache {
			break
		}
		c.drop(other)
	}
	c.held[name] = c.clone(v)
	c.size += c.weigh(v)
}

func (c *cache[V]) forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	c.drop(name)
}

func (c *cache[V]) drop(name string) {
	if v, ok := c.held[name]; ok {
		c.size -= c.weigh(v)
		delete(c.held, name)
	}
}

func cloneIntegration(in webhook.Integration) webhook.Integration {
	in.EventTypes = slices.Clone(in.EventTypes)
	in.Secrets.Current = slices.Clone(in.Secrets.Current)
	in.Secrets.Previous = slices.Clone(in.Secrets.Previous)
	return in
}

func cloneSubscriptions(subs []webhook.Subscription) []webhook.Subscription {
	subs = slices.Clone(subs)
	for i, sub := range subs {
		subs[i].EventTypes = slices.Clone(sub.EventTypes)
	}
	return subs
}
