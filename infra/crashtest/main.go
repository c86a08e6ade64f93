// Crashtest floods the local node with events while it kills it with SIGKILL
// again and again and starts it anew on the same file. Every event that was accepted must
// arrive, and every repeat must bear its dispatch's id. It prints the books, and exits
// with 1 when something was lost.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	var c config
	flag.IntVar(&c.events, "events", 20_000, "events to put on the bus")
	flag.IntVar(&c.integrations, "integrations", 2, "integrations that each event goes to")
	flag.IntVar(&c.putters, "putters", 8, "callers of PutEvents at one time")
	flag.DurationVar(&c.life, "life", 400*time.Millisecond, "average life of the node from its start to its death")
	flag.IntVar(&c.kills, "kills", 25, "kills at least; they go on for as long as events are put")
	flag.Uint64Var(&c.seed, "seed", uint64(time.Now().UnixNano()), "of the moments of death")
	flag.DurationVar(&c.within, "within", 5*time.Minute, "time for all of it")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, c.within, fmt.Errorf("not finished within %v", c.within))
	defer cancel()
	books, err := run(ctx, c)
	if err != nil {
		fmt.Fprintln(os.Stderr, "crashtest:", err)
		os.Exit(1)
	}
	fmt.Print(books)
	if !books.sound() {
		os.Exit(1)
	}
}
