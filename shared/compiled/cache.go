// Package compiled caches what is compiled from a text, such as a template.
package compiled

import (
	"container/list"
	"sync"
)

// Cache caches recently compiled sources. Sources that do not compile are not cached: they cannot
// be saved, so they are rare. It is safe for concurrent use.
type Cache[T any] struct {
	compile func(source string) (T, error)
	most    int

	mu     sync.Mutex
	byText map[string]*list.Element // of entry[T]
	recent list.List                // most recently used first
}

type entry[T any] struct {
	source   string
	compiled T
}

// NewCache returns a cache of at most so many sources.
func NewCache[T any](most int, compile func(string) (T, error)) *Cache[T] {
	return &Cache[T]{compile: compile, most: most, byText: make(map[string]*list.Element)}
}

// Get returns what the source compiles to, or its error. It compiles outside of the lock, so that
// nobody waits for another source. Concurrent calls with the same new source each compile it.
func (c *Cache[T]) Get(source string) (T, error) {
	if compiled, ok := c.lookup(source); ok {
		return compiled, nil
	}
	compiled, err := c.compile(source)
	if err == nil {
		c.add(source, compiled)
	}
	return compiled, err
}

func (c *Cache[T]) lookup(source string) (compiled T, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.byText[source]
	if !ok {
		return compiled, false
	}
	c.recent.MoveToFront(el)
	return el.Value.(entry[T]).compiled, true
}

func (c *Cache[T]) add(source string, compiled T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byText[source]; ok {
		return
	}
	c.byText[source] = c.recent.PushFront(entry[T]{source, compiled})
	if c.recent.Len() > c.most {
		oldest := c.recent.Back()
		delete(c.byText, c.recent.Remove(oldest).(entry[T]).source)
	}
}
