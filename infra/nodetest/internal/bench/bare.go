package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/thordata/webhook-integration/infra/nodetest/internal/load"
	"github.com/thordata/webhook-integration/shared/template"
)

// AsBareLoop is the argument with which the command starts itself as the bare loop.
const AsBareLoop = "be-the-bare-loop"

// BeBareLoop runs the bare loop. Its arguments are the receiver's URL, the number of events and the
// number of concurrent requests.
func BeBareLoop(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("%s: want URL EVENTS CONCURRENCY", AsBareLoop)
	}
	events, err1 := strconv.Atoi(args[1])
	concurrency, err2 := strconv.Atoi(args[2])
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return bareLoop(ctx, config{events: events, concurrency: concurrency}, args[0])
}

// bareLoop POSTs the same bodies as the node and does nothing else: the maximum throughput of this
// machine.
func bareLoop(ctx context.Context, c config, url string) error {
	poster, err := newPoster(url, c.concurrency)
	if err != nil {
		return err
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	faults := make(chan error, c.concurrency)
	for range c.concurrency {
		workers.Go(func() {
			for n := int(next.Add(1)) - 1; n < c.events; n = int(next.Add(1)) - 1 {
				if err := poster.post(ctx, n); err != nil {
					faults <- err
					return
				}
			}
		})
	}
	workers.Wait()
	select {
	case err := <-faults:
		return err
	default:
		return nil
	}
}

// poster sends bodies one after the other with net/http.
type poster struct {
	url     string
	client  *http.Client
	payload *template.Payload
}

func newPoster(url string, concurrency int) (*poster, error) {
	payload, err := template.CompilePayload("")
	return &poster{
		url: url, payload: payload,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: concurrency}},
	}, err
}

func (p *poster) post(ctx context.Context, n int) error {
	now := time.Now()
	body, err := p.payload.Append(nil, template.Event{JSON: load.Event(load.User, n, now), Time: now}, 1<<20)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the receiver answered %d", resp.StatusCode)
	}
	return nil
}
