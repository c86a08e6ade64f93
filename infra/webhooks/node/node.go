// Package node runs the whole system on one machine, with durable storage in one SQLite file. It
// calls the same handlers that run on AWS with the same event types.
package node

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/functions/api/console"
	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/infra/webhooks/bus"
	"github.com/thordata/webhook-integration/infra/webhooks/keyfile"
	"github.com/thordata/webhook-integration/infra/webhooks/monitor"
	"github.com/thordata/webhook-integration/infra/webhooks/poller"
	"github.com/thordata/webhook-integration/shared/clock"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// Options configures a node. Data is required. The other fields default to the value in their
// comment.
type Options struct {
	Data        string        // the database file; the key that encrypts secrets is in Data.key
	Minute      time.Duration // of the retry schedule; time.Minute
	Concurrency int           // concurrent deliveries; 256
	Retention   time.Duration // of the dispatch log; 30 days
	Clock       clock.Clock   // the system's

	EventTypes webhook.EventTypes // types that integrations can subscribe to; those of the product page
	Limits     webhook.Limits     // of what a user can configure; webhook.DefaultLimits

	// Secrets are the paths of events whose values the API masks; template.DefaultSecretPaths.
	Secrets template.Secrets

	EgressAllow egress.Allowed // private networks and hosts that may be called; none
	Roots       *x509.CertPool // of receivers' certificates; the system's

	// Auth says how callers authenticate. If nil, everybody who can reach the node may act as any
	// user, so it must be reachable on this machine only.
	Auth *Auth

	// AttemptTimeout limits the duration of one request; 30 s.
	AttemptTimeout time.Duration

	// FinishWithin is how long attempts in progress may continue after the node is asked to stop; 4
	// s.
	FinishWithin time.Duration
}

func (o Options) withDefaults() Options {
	o.Minute = cmp.Or(o.Minute, time.Minute)
	o.Concurrency = cmp.Or(o.Concurrency, 256)
	o.Retention = cmp.Or(o.Retention, 30*24*time.Hour)
	o.AttemptTimeout = cmp.Or(o.AttemptTimeout, 30*time.Second)
	o.FinishWithin = cmp.Or(o.FinishWithin, 4*time.Second)
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	return o
}

// Node is the system on one machine.
type Node struct {
	store   *sqlitestore.Store
	queue   *sqlitestore.Queue
	handler http.Handler
	poller  *poller.Poller
	ticker  *fanout.Ticker
	ready   *ready
	monitor *monitor.Monitor
	log     *slog.Logger
	finish  time.Duration
}

// Open opens the node's files and wires its parts. Without authentication, webhooks may be sent to
// this machine and over http, because everyone who can reach the node is on this machine.
//
// Its errors are one line with the file's name and what to do. If it fails, it has changed nothing.
func Open(ctx context.Context, opt Options, log *slog.Logger) (*Node, error) {
	opt = opt.withDefaults()
	store, err := sqlitestore.Open(ctx, opt.Data, sqlitestore.Options{Retention: opt.Retention, Now: opt.Clock.Now})
	if err != nil {
		return nil, err
	}
	n := &Node{store: store, log: log, finish: opt.FinishWithin}
	if err := n.wire(ctx, opt); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return n, nil
}

// policyOf returns the delivery settings of a node: the defaults of a deployment, with the node's
// minute.
func policyOf(opt Options) webhook.Policy {
	p := webhook.DefaultPolicy()
	p.Schedule.FirstWait, p.Schedule.MaxWait = opt.Minute, 720*opt.Minute
	p.AttemptTimeout, p.Retention = opt.AttemptTimeout, opt.Retention
	p.Minute, p.OpenAfter = opt.Minute, opt.Minute
	return p
}

func (n *Node) wire(ctx context.Context, opt Options) (err error) {
	retrySlots := max(opt.Concurrency/4, 2)
	if n.queue, err = n.store.Queue(ctx, sqlitestore.QueueOptions{
		Clock: opt.Clock, Slots: opt.Concurrency, RetrySlots: retrySlots, Visibility: 2 * (opt.AttemptTimeout + 10*time.Second),
	}); err != nil {
		return err
	}
	box, err := keyfile.Open(ctx, n.store.Path(), n.store)
	if err != nil {
		return err
	}
	requests := request.NewBuilder(request.Config{Secrets: box, MaxURL: opt.Limits.URL})
	counters := &metrics.Counters{}
	n.monitor = monitor.New(n.queue, n.store)
	measured := metrics.All{counters, n.monitor}
	n.ready = &ready{store: n.store, queue: n.queue, counters: counters, now: opt.Clock.Now}
	access := n.access(opt, box)
	policy := access.egress
	management, err := api.New(api.Config{
		Store: n.store, Queue: n.queue, Box: box, Requests: requests,
		CheckURL: policy.CheckURL, Caller: access.caller, EventTypes: opt.EventTypes, Policy: policyOf(opt), Limits: opt.Limits, Secrets: opt.Secrets, Now: opt.Clock.Now, Log: n.log,
		Console: console.Handler(access.console), Metrics: measured,
	})
	if err != nil {
		return err
	}
	fan := &fanout.Handler{
		Source: fanout.DefaultSource(), EventTypes: opt.EventTypes, Subscriptions: n.store, Sender: newMessages{n.queue}, Metrics: measured, Log: n.log,
	}
	deliver := delivery.New(delivery.Config{
		Dispatches: n.store, Integrations: n.store, Queue: n.queue, Requests: requests,
		Client:  egress.NewClient(policy, egress.Options{PerHost: opt.Concurrency, TLS: &tls.Config{RootCAs: opt.Roots}}),
		Notices: notices{n.log}, Metrics: measured, Log: n.log, Now: opt.Clock.Now,
		Schedule: policyOf(opt).Schedule, Minute: opt.Minute,
		Timeouts: delivery.Timeouts{Attempt: opt.AttemptTimeout},
	})
	n.ticker = &fanout.Ticker{
		Index: n.store, Lines: n.store, Records: n.store, Later: n.queue, Rules: policyOf(opt).BreakerRules(), Minute: opt.Minute,
		Metrics: measured, Log: n.log, Now: opt.Clock.Now,
	}
	n.poller = &poller.Poller{Queue: n.queue, Handler: deliver.Handle, Workers: opt.Concurrency + retrySlots, Log: n.log}
	n.handler = access.protect(routes(parts{
		api:     access.signIn(management),
		bus:     &bus.Bus{Rule: rule(fan), Verify: access.verify, Now: opt.Clock.Now, Log: n.log},
		inboxes: access.inboxes,
		status:  access.local(&status{queue: n.queue, counters: counters}),
		metrics: access.local(n.monitor.Handler()),
		ready:   n.ready,
	}))
	return nil
}

// newMessages sends each message of a fan-out once, however often its event is put.
type newMessages struct{ queue *sqlitestore.Queue }

func (n newMessages) Send(ctx context.Context, msgs []webhook.Message) error {
	return n.queue.SendNew(ctx, msgs)
}

// rule sends events to the fanout function like the rule in the AWS template.
func rule(fan *fanout.Handler) bus.Rule {
	return bus.Rule{
		Matches: fan.Source.Matches, Handle: fan.Handle,
		Wants: fmt.Sprintf("source %s, detail type %s", fan.Source.Name, fan.Source.DetailType),
	}
}

// Close closes the node's files.
func (n *Node) Close() error {
	if err := n.store.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// notices logs the notices that are put on the bus on AWS. The API shows the same information in an
// integration's failingSince, status and statusReason.
type notices struct{ log *slog.Logger }

func (n notices) Notify(ctx context.Context, notice webhook.Notice) error {
	n.log.WarnContext(ctx, notice.DetailType(), logkey.NoticeID, notice.ID, logkey.IntegrationID, notice.IntegrationID,
		logkey.UserID, notice.UserID, logkey.Stage, notice.Stage, logkey.FailingSince, notice.FailingSince, logkey.PausesAt, notice.PausesAt)
	return nil
}
