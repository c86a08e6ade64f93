// The fanout function receives an event from EventBridge and queues a message for each matching
// integration.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/functions/fanout"
	"github.com/thordata/webhook-integration/shared/dynamostore"
	"github.com/thordata/webhook-integration/shared/invocation"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/sqsqueue"
)

func main() { invocation.Start(wire) }

// handler returns no result: EventBridge would ignore it.
type handler = invocation.Handler[events.EventBridgeEvent, json.RawMessage]

func wire(getenv func(string) string, log *slog.Logger) (handler, error) {
	cfg, err := loadConfig(getenv)
	if err != nil {
		return handler{}, err
	}
	client := sqs.NewFromConfig(cfg.AWS)
	queue, err := sqsqueue.New(client, cfg.DeliveriesQueue, cfg.RetriesQueue)
	if err != nil {
		return handler{}, err
	}
	store := dynamostore.New(dynamodb.NewFromConfig(cfg.AWS), dynamostore.Options{Table: cfg.Table, Retention: cfg.Policy.Retention})
	counters := metrics.NewEMF(os.Stdout, cfg.MetricsNamespace, "fanout", time.Now)
	fan := &fanout.Handler{
		Source:        cfg.Source,
		EventTypes:    cfg.EventTypes,
		Subscriptions: store,
		Sender:        queue,
		Quarantine:    sqsqueue.NewQuarantine(client, cfg.FailuresQueue, time.Now),
		Metrics:       counters,
		Log:           log,
	}
	ticker := &fanout.Ticker{
		Index: store, Lines: store, Records: store, Later: queue, Rules: cfg.Policy.BreakerRules(), Metrics: counters, Log: log, Now: time.Now,
	}
	return handler{
		Check: checkEvent,
		Handle: func(ctx context.Context, ev events.EventBridgeEvent) (json.RawMessage, error) {
			if fanout.IsTick(ev) {
				return nil, ticker.Tick(ctx)
			}
			return nil, fan.Handle(ctx, ev)
		},
		Log: log,
	}, nil
}

func checkEvent(ev events.EventBridgeEvent) error {
	if ev.ID == "" || ev.Source == "" || ev.DetailType == "" {
		return errors.New("not an EventBridge event: id, source or detail-type is missing")
	}
	return nil
}
