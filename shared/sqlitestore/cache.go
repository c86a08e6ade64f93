package sqlitestore

import (
	"slices"
	"sync"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// cache holds integrations that were read lately: reading one is a third of
// what a delivery asks of the disk. It is never wrong, as every write of this file goes through
// this process and forgets what it changed before its caller learns of it.
type cache struct {
	mu      sync.Mutex
	held    map[string]webhook.Integration // by id
	size    int                            // bytes
	changes int                            // counts what was forgotten
}

const (
	maxCache   = 32 << 20 // bytes
	entryBytes = 1 << 10  // what an integration takes beside its templates, about
)

func newCache() *cache { return &cache{held: map[string]webhook.Integration{}} }

func weight(in webhook.Integration) int {
	return entryBytes + len(in.PayloadTemplate) + len(in.HeadersTemplate) + len(in.Description)
}

// get returns a copy of an integration if it is held. The mark goes back to put if it is not.
func (c *cache) get(id string) (in webhook.Integration, mark int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	in, ok = c.held[id]
	return clone(in), c.changes, ok
}

// put holds what was read after the mark was given, unless anything was
// changed since: it may be old.
func (c *cache) put(in webhook.Integration, mark int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes != mark {
		return
	}
	c.drop(in.ID)
	for id := range c.held { // in no order: any of them goes
		if c.size+weight(in) <= maxCache {
			break
		}
		c.drop(id)
	}
	c.held[in.ID] = clone(in)
	c.size += weight(in)
}

func (c *cache) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	c.drop(id)
}

func (c *cache) drop(id string) {
	if in, ok := c.held[id]; ok {
		c.size -= weight(in)
		delete(c.held, id)
	}
}

// clone copies what a reader could change.
func clone(in webhook.Integration) webhook.Integration {
	in.EventTypes = slices.Clone(in.EventTypes)
	in.Secrets.Current = slices.Clone(in.Secrets.Current)
	in.Secrets.Previous = slices.Clone(in.Secrets.Previous)
	return in
}
