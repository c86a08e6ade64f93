package fairness

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
	"github.com/thordata/webhook-integration/infra/nodetest/internal/nodeproc"
	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

const (
	quiet = "quiet-user"
	noisy = "noisy-user"
)

func measure(ctx context.Context, c config) error {
	dir, err := os.MkdirTemp("", "fairness-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	receiver, err := load.NewReceiver()
	if err != nil {
		return err
	}
	defer receiver.Close()
	hanging, stop, err := hang(c.hang)
	if err != nil {
		return err
	}
	defer stop()
	node, err := start(ctx, dir, receiver.URL, hanging)
	if err != nil {
		return err
	}
	defer node.Kill()

	stream := load.Rate{PerSecond: c.rate, Lasting: c.lasting, Integrations: 1, Send: load.PutOne(node.For(quiet))}
	alone, err := stream.Measure(ctx, receiver)
	if err != nil {
		return err
	}
	if err := putBacklog(ctx, node.For(noisy), c.backlog); err != nil {
		return err
	}
	stream.First = stream.Total()
	neighbour, err := stream.Measure(ctx, receiver)
	if err != nil {
		return err
	}
	queues, err := load.Status(ctx, node.For(quiet))
	if err != nil {
		return err
	}
	fmt.Printf("%d events per second for %v; the other user has %d dispatches to an endpoint that hangs for %v, %d of them unfinished at the end\n\n",
		c.rate, c.lasting, c.backlog, c.hang, queues.Pending())
	fmt.Printf("%-6s %12s %12s %8s\n", "delay", "alone", "next to it", "ratio")
	for _, p := range []int{50, 99} {
		a, b := alone.Percentile(p), neighbour.Percentile(p)
		fmt.Printf("p%-5d %9.2f ms %9.2f ms %8.2f\n", p, ms(a), ms(b), float64(b)/float64(a))
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// start runs a node with an integration for each of the two users.
func start(ctx context.Context, dir, receiverURL, hangingURL string) (*nodeproc.Node, error) {
	bin, err := nodeproc.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	node, err := nodeproc.Start(bin, io.Discard, "serve", "-addr", "127.0.0.1:0", "-data", filepath.Join(dir, "fairness.db"))
	if err != nil {
		return nil, err
	}
	for user, url := range map[string]string{quiet: receiverURL, noisy: hangingURL} {
		if _, err := load.CreateIntegration(ctx, node.For(user), user, url); err != nil {
			node.Kill()
			return nil, err
		}
	}
	return node, nil
}

func putBacklog(ctx context.Context, node *client.Client, events int) error {
	p := &load.Putter{Node: node, Began: time.Now()}
	for from := 0; from < events; from += load.PerCall {
		if err := p.Put(ctx, from, min(from+load.PerCall, events)); err != nil {
			return err
		}
	}
	return nil
}

// hang serves an endpoint that responds after d.
func hang(d time.Duration) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		}
	})}
	go func() { _ = srv.Serve(l) }()
	return "http://" + l.Addr().String(), func() { _ = srv.Close() }, nil
}
