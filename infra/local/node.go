package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/functions/api/console"
	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/infra/local/bus"
	"github.com/thordata/webhook-integration/infra/local/demo"
	"github.com/thordata/webhook-integration/infra/local/inbox"
	"github.com/thordata/webhook-integration/infra/local/poller"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/seal"
	"github.com/thordata/webhook-integration/shared/sqlitestore"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// node is the system, wired for one machine.
type node struct {
	store   *sqlitestore.Store
	queue   *sqlitestore.Queue
	handler http.Handler
	poller  *poller.Poller
	log     *slog.Logger
}

// open opens the node's files and wires its parts. Whoever reaches a node is on
// this machine, so requests may go to this machine, and by http.
func open(ctx context.Context, opt options, log *slog.Logger) (*node, error) {
	store, err := sqlitestore.Open(ctx, opt.data, sqlitestore.Options{Retention: opt.retention})
	if err != nil {
		return nil, err
	}
	n := &node{store: store, log: log}
	if err := n.wire(ctx, opt); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return n, nil
}

func (n *node) wire(ctx context.Context, opt options) (err error) {
	retrySlots := max(opt.concurrency/4, 2)
	if n.queue, err = n.store.Queue(ctx, sqlitestore.QueueOptions{Slots: opt.concurrency, RetrySlots: retrySlots}); err != nil {
		return err
	}
	key, err := seal.KeyFile(opt.data + ".key")
	if err != nil {
		return err
	}
	box := seal.NewBox(key)
	requests := request.NewBuilder(request.Config{Secrets: box})
	counters := &metrics.Counters{}
	policy := egress.Policy{AllowHTTP: true, AllowLoopback: true}
	management, err := api.New(api.Config{
		Store: n.store, Queue: n.queue, Box: box, Requests: requests,
		CheckURL: policy.CheckURL, Caller: caller, Limits: webhook.DefaultLimits(), Log: n.log,
		Console: console.Handler(console.Config{ExampleURL: "/inbox/" + demo.Inbox}),
	})
	if err != nil {
		return err
	}
	fan := &fanout.Handler{
		Source: fanout.DefaultSource(), Subscriptions: n.store, Sender: n.queue, Metrics: counters, Log: n.log,
	}
	deliver := delivery.New(delivery.Config{
		Dispatches: n.store, Integrations: n.store, Queue: n.queue, Requests: requests,
		Client:  egress.NewClient(policy, egress.Options{PerHost: opt.concurrency}),
		Notices: notices{n.log}, Metrics: counters, Log: n.log,
		Schedule: webhook.Schedule{FirstWait: opt.minute, MaxWait: 720 * opt.minute, MaxAttempts: 12},
	})
	n.poller = &poller.Poller{Queue: n.queue, Handler: deliver.Handle, Workers: opt.concurrency + retrySlots, Log: n.log}
	n.handler = routes(parts{
		api:     management,
		bus:     &bus.Bus{Rule: bus.Rule{Matches: fan.Source.Matches, Handle: fan.Handle}, Now: time.Now, Log: n.log},
		inboxes: (&inbox.Inboxes{Now: time.Now}).Handler(),
		status:  &status{queue: n.queue, counters: counters},
	})
	return nil
}

func (n *node) close() error {
	if err := n.store.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// defaultCaller is the user of the product's example event.
const defaultCaller = "3406"

// caller is whoever the request says: the node has no authentication of its own.
func caller(r *http.Request) (userID string, ok bool) {
	userID = r.Header.Get("X-User-Id")
	if userID == "" {
		return defaultCaller, true
	}
	return userID, webhook.CheckUserID(userID) == ""
}

// notices puts into the log what AWS would put on the bus; the API shows the
// same in the integration's failingSince, status and statusReason.
type notices struct{ log *slog.Logger }

func (n notices) Notify(ctx context.Context, notice webhook.Notice) error {
	n.log.WarnContext(ctx, notice.DetailType(), "notice", notice.ID, "integration", notice.IntegrationID,
		"user", notice.UserID, "stage", notice.Stage, "failing_since", notice.FailingSince, "pauses_at", notice.PausesAt)
	return nil
}
