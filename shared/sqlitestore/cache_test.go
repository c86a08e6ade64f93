package sqlitestore

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestCacheIgnoresStaleReads(t *testing.T) {
	c := integrationCache()
	old := webhook.Integration{ID: "i", Version: 1}
	_, mark, _ := c.get("i")
	c.forget("i") // version 2 is written while version 1 is being read
	c.put("i", old, mark)
	if in, _, ok := c.get("i"); ok {
		t.Errorf("the cache holds version %d, which was replaced", in.Version)
	}
	_, mark, _ = c.get("i")
	c.put("i", old, mark)
	if _, _, ok := c.get("i"); !ok {
		t.Error("the result of an undisturbed read is not cached")
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := integrationCache()
	template := strings.Repeat("x", 1<<20)
	for i := range 100 {
		c.put(fmt.Sprint(i%60), webhook.Integration{PayloadTemplate: template}, 0)
		if c.size > maxCache || len(c.held) > maxCache/len(template) {
			t.Fatalf("%d integrations of 1 MiB are held", len(c.held))
		}
	}
	for i := range 60 {
		c.forget(fmt.Sprint(i))
	}
	if c.size != 0 || len(c.held) != 0 {
		t.Errorf("%d bytes are counted for %d integrations", c.size, len(c.held))
	}
}
