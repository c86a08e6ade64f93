package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/thordata/webhook-integration/infra/cli"
	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// options are the parsed flags.
type options struct {
	node.Options
	edgeOptions
	log         slog.Level
	logFormat   string // text or json
	metricsAddr string // "": only at -addr
}

const about = `The whole webhook system in one process, durable in one file, without AWS.

It serves on one address: the management API under /v1, its documentation at /docs,
the console at /console, the bus (EventBridge's PutEvents, for the AWS CLI and SDKs:
--endpoint-url) at /, and inboxes that store received webhooks at /inbox/<name>.`

const aboutDemo = `

The demo creates an integration for the inbox "demo", sends the example event to it, shows what
arrives, and keeps running.`

// parse parses the flags of serve or demo. It returns flag.ErrHelp after printing the help.
func parse(word string, args []string, out io.Writer) (options, error) {
	var o options
	does := about
	if word == demoWord {
		does += aboutDemo
	}
	c := cli.New("webhooks "+word, does)
	o.define(c, word)
	c.StringVar(&o.Data, "data", "webhooks.db", "the database `file`; created if it does not exist. The key that encrypts signing secrets is\nin file.key: keep both together")
	c.Duration(&o.Minute, "minute", time.Minute, "duration of one minute of the retry schedule: with 1s, twelve attempts take half an hour")
	c.Count(&o.Concurrency, "concurrency", 256, "concurrent deliveries; one integration gets at most half of the free ones")
	c.Duration(&o.Retention, "retention", 30*24*time.Hour, "how long dispatches are stored")
	c.Func("event-types", "a JSON `file` with the event types: a list of objects with name, label and\ndescription; the three types of the product page unless given", func(file string) (err error) {
		o.EventTypes, err = readEventTypes(file)
		return err
	})
	c.Func("limits", "`limits` of what a user can configure, such as integrations=100,page=50", func(s string) (err error) {
		o.Limits, err = webhook.ParseLimits(s)
		return err
	})
	c.Func("secret-paths", "`paths` of events, separated by commas, whose values are sent to receivers, but masked in what\nthe API and the console show; "+template.DefaultSecretPaths+" unless given", func(s string) (err error) {
		o.Secrets, err = template.ParseSecrets(s)
		return err
	})
	c.Func("egress-allow", "private `networks` and hosts that may be called, such as 10.1.0.0/16,hooks.corp.internal; a larger\nnetwork does not include this machine, link-local or metadata addresses: name these themselves", func(s string) (err error) {
		o.EgressAllow, err = egress.ParseAllowed(s)
		return err
	})
	c.Func("extra-ca", "a PEM `file` with certificate authorities to trust in addition to the system's", func(file string) (err error) {
		o.Roots, err = egress.ReadRoots(file)
		return err
	})
	level := slog.LevelInfo
	if word == demoWord {
		level = slog.LevelWarn // so that log lines do not hide the demo's output
	}
	c.Level(&o.log, "log", level, "the lowest `level` to log: debug, info, warn or error")
	c.StringVar(&o.logFormat, "log-format", "text", "the `format` of log lines: text or json")
	if word == serveWord {
		c.StringVar(&o.metricsAddr, "metrics-addr", "", "another `host:port`, without TLS and sign-in, that serves /metrics, /healthz and /readyz only:\nstrangers must not be able to reach it")
	}
	if err := c.Parse(args, out); err != nil {
		return o, err
	}
	if err := o.check(); err != nil {
		return o, &cli.UsageError{Err: err}
	}
	o.Auth = o.nodeAuth()
	return o, nil
}

func readEventTypes(file string) (webhook.EventTypes, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return webhook.EventTypes{}, err
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return webhook.EventTypes{}, errors.New("the file is empty")
	}
	return webhook.ParseEventTypes(string(raw))
}

func (o options) check() error {
	var errs []error
	if o.Data == "" {
		errs = append(errs, errors.New("-data must not be empty"))
	}
	if o.Minute > time.Hour {
		errs = append(errs, fmt.Errorf("-minute %v: want at most 1h", o.Minute))
	}
	if o.Concurrency < 2 || o.Concurrency > 10_000 {
		errs = append(errs, fmt.Errorf("-concurrency %d: want 2 to 10000", o.Concurrency))
	}
	if o.logFormat != "text" && o.logFormat != "json" {
		errs = append(errs, fmt.Errorf("-log-format %q: want text or json", o.logFormat))
	}
	if _, _, err := net.SplitHostPort(o.metricsAddr); o.metricsAddr != "" && err != nil {
		errs = append(errs, fmt.Errorf("-metrics-addr %q: want host:port, as in 127.0.0.1:9090", o.metricsAddr))
	}
	policy := webhook.DefaultPolicy()
	policy.Retention = o.Retention
	if err := policy.CheckRetention(); err != nil {
		errs = append(errs, fmt.Errorf("-retention %v is too short: %w", o.Retention, err))
	}
	return errors.Join(append(errs, o.edgeOptions.check())...)
}
