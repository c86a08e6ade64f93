package sqlitestore

import (
	"slices"
	"sync"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// cache holds by name what was read lately. It is never wrong, as every write of this file goes
// through this process and forgets what it changed before its caller learns of it.
type cache[V any] struct {
	weigh func(V) int // bytes, about
	clone func(V) V   // copies what a reader could change

	mu      sync.Mutex
	held    map[string]V
	size    int // bytes
	changes int // counts what was forgotten
}

const (
	maxCache   = 32 << 20 // bytes
	entryBytes = 1 << 10  // what an integration takes in addition to its templates, about
)

// integrationCache holds integrations by their ids: reading one is a third of what a
// delivery asks of the disk.
func integrationCache() *cache[webhook.Integration] {
	return &cache[webhook.Integration]{
		held: map[string]webhook.Integration{}, clone: cloneIntegration,
		weigh: func(in webhook.Integration) int {
			return entryBytes + len(in.PayloadTemplate) + len(in.HeadersTemplate) + len(in.Description)
		},
	}
}

// subscriptionCache holds what users with few integrations ask for: reading it again for every
// event was a fifteenth of what an event costs.
func subscriptionCache() *cache[[]webhook.Subscription] {
	return &cache[[]webhook.Subscription]{
		held: map[string][]webhook.Subscription{}, clone: cloneSubscriptions,
		weigh: func(subs []webhook.Subscription) int { return entryBytes/4 + len(subs)*entryBytes/4 },
	}
}

// get returns a copy of what is held under a name. The mark goes back to put if nothing is.
func (c *cache[V]) get(name string) (v V, mark int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok = c.held[name]; ok {
		v = c.clone(v)
	}
	return v, c.changes, ok
}

// put holds what was read after the mark was given, unless anything was
// changed since: it may be old.
func (c *cache[V]) put(name string, v V, mark int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes != mark {
		return
	}
	c.drop(name)
	for other := range c.held { // in no order: any of them goes
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
