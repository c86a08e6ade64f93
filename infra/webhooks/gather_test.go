package main

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pieces records each write.
type pieces struct {
	mu  sync.Mutex
	all []string
}

func (p *pieces) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, string(b))
	return len(b), nil
}

func (p *pieces) expect(t *testing.T, want ...string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.all, want) {
		t.Fatalf("pieces %.60q; want %.60q", p.all, want)
	}
}

func TestLinesAreBufferedUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got pieces
		g := &gatherer{w: &got}
		write := func(line string, want ...string) {
			t.Helper()
			if _, err := g.Write([]byte(line)); err != nil {
				t.Fatal(err)
			}
			got.expect(t, want...)
		}
		write("a", "a")
		write("b", "a")
		write("c", "a")
		time.Sleep(gatherFor)
		synctest.Wait()
		got.expect(t, "a", "bc")
		time.Sleep(time.Minute)
		write("d", "a", "bc", "d")
		write("e", "a", "bc", "d")
		g.flush()
		got.expect(t, "a", "bc", "d", "e")
		big := string(make([]byte, gatherMost))
		write(big, "a", "bc", "d", "e", big)
	})
}
