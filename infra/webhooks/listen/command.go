// Package listen sends a copy of a user's deliveries to a receiver on this machine as they happen.
// It only reads the public API, so it needs no relay server and changes nothing.
package listen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

// keyVariable is not a flag: other users of this machine can see flags.
const keyVariable = "WEBHOOKS_KEY"

const about = `Shows your deliveries as they happen and sends a copy of each to a receiver on this machine, with the
headers, the body and the signature of the attempt, and prints its answer. The deliveries themselves
are made as ever, and nothing about them changes; an endpoint that does not work yet does not matter.

It reads the API of a node or of a deployed stack, and so sees the attempts of the newest 100
dispatches of each integration. Values that the API masks, credentials in headers and secrets of the event,
are masked in the copy too; the line says so of secrets. An API key or token is read from the environment variable ` + keyVariable + `.`

// Run runs the command.
func Run(ctx context.Context, args []string) error {
	l, err := parse(args, os.Stdout, os.Getenv)
	if err != nil {
		return err
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	return l.run(ctx, tick.C)
}

func parse(args []string, out io.Writer, getenv func(string) string) (*listener, error) {
	var base, to, only, user string
	c := cli.New("webhooks listen", about)
	c.StringVar(&to, "to", "", "the `URL` of your receiver, such as http://localhost:3000/webhooks; required")
	c.StringVar(&base, "url", "http://127.0.0.1:8080", "the `URL` of the node, or of a deployed stack's API")
	c.StringVar(&only, "integration", "", "the `id` of the only integration to listen to; all of yours by default")
	c.StringVar(&user, "user", "", "the `id` of the user, at a node without authentication")
	if err := c.Parse(args, out); err != nil {
		return nil, err
	}
	usage := func(format string, args ...any) (*listener, error) {
		return nil, &cli.UsageError{Err: fmt.Errorf(format, args...)}
	}
	if to == "" {
		return usage("-to is required: the URL of your receiver, such as http://localhost:3000/webhooks")
	}
	for name, raw := range map[string]string{"to": to, "url": base} {
		if u, err := url.Parse(raw); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return usage("-%s %q: want a URL such as http://localhost:3000", name, raw)
		}
	}
	return &listener{
		api: &client.Client{URL: strings.TrimSuffix(base, "/"), User: user, Key: getenv(keyVariable), HTTP: &http.Client{Timeout: 20 * time.Second}},
		to:  to, only: only, out: out, now: time.Now, seen: map[string]map[string]int{}, secrets: map[string]secrets{},
		receiver: &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// run polls at each tick until ctx ends. An error of the first poll is returned: it is probably one
// of the command line; later ones are printed.
func (l *listener) run(ctx context.Context, ticks <-chan time.Time) error {
	n, err := l.poll(ctx, false)
	if err != nil {
		return explained(err)
	}
	fmt.Fprintf(l.out, "Listening to %d %s of %s; attempts are copied to %s. Stop with Ctrl-C.\n",
		n, plural(n, "integration"), l.api.URL, l.to)
	for failing := false; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticks:
		}
		_, err := l.poll(ctx, true)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !failing {
			fmt.Fprintf(l.out, "%s  %v; trying again\n", l.clock(), err)
		}
		failing = err != nil
	}
}

// explained adds what to do about an error of the first request.
func explained(err error) error {
	status, ok := errors.AsType[*client.StatusError](err)
	if ok && status.Status == http.StatusUnauthorized {
		return fmt.Errorf("authentication required: set %s to your API key or token", keyVariable)
	}
	return err
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func (l *listener) clock() string { return l.now().Format(time.TimeOnly) }

// describe returns an answer of the receiver in words.
func describe(resp *http.Response, err error, took time.Duration) string {
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err
		}
		return err.Error()
	}
	return fmt.Sprintf("%d %s in %d ms", resp.StatusCode, cmp.Or(http.StatusText(resp.StatusCode), "unknown"), took.Milliseconds())
}
