// The delivery function receives messages from the queues and sends them as HTTP requests.
package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	stdlog "log"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/dynamostore"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/invocation"
	"github.com/thordata/webhook-integration/shared/kmskey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/notices"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/sqsqueue"
)

func main() { invocation.Start(wire) }

type handler = invocation.Handler[events.SQSEvent, events.SQSEventResponse]

func wire(getenv func(string) string, log *slog.Logger) (handler, error) {
	cfg, err := loadConfig(getenv)
	if err != nil {
		return handler{}, err
	}
	stdlog.SetOutput(egress.Discreet(stdlog.Writer())) // must precede the first request
	queue, err := sqsqueue.New(sqs.NewFromConfig(cfg.AWS), cfg.DeliveriesQueue, cfg.RetriesQueue)
	if err != nil {
		return handler{}, err
	}
	store := dynamostore.New(dynamodb.NewFromConfig(cfg.AWS), dynamostore.Options{Table: cfg.Table, Retention: cfg.Policy.Retention})
	deliver := delivery.New(delivery.Config{
		Dispatches:   store,
		Integrations: store,
		Queue:        queue,
		Requests: request.NewBuilder(request.Config{
			Secrets: kmskey.Box(cfg.AWS, cfg.KMSKey), Origin: cfg.RequestOrigin, MaxBody: cfg.Policy.MaxBody, MaxURL: cfg.Limits.URL,
		}),
		Client: egress.NewClient(egress.Policy{AllowHTTP: cfg.AllowHTTP, Allow: cfg.EgressAllow}, egress.Options{
			Connect: cfg.Policy.ConnectTimeout, TLS: &tls.Config{RootCAs: cfg.Roots},
		}),
		Notices:    &notices.Bus{Client: eventbridge.NewFromConfig(cfg.AWS), Name: cfg.Bus, Source: cfg.EventSource},
		Metrics:    metrics.NewEMF(os.Stdout, cfg.MetricsNamespace, "delivery", time.Now),
		Log:        log,
		Schedule:   cfg.Policy.Schedule,
		OpenAfter:  cfg.Policy.OpenAfter,
		PauseAfter: cfg.Policy.PauseAfter,
		Timeouts:   delivery.Timeouts{Attempt: cfg.Policy.AttemptTimeout},
	})
	return handler{Check: checkEvent, Handle: deliver.Handle, Log: log}, nil
}

func checkEvent(batch events.SQSEvent) error {
	if len(batch.Records) == 0 {
		return errors.New("not a batch of SQS messages: Records is missing or empty")
	}
	for _, r := range batch.Records {
		if r.EventSource != "aws:sqs" || r.MessageId == "" {
			return fmt.Errorf("not a batch of SQS messages: a record has eventSource %q and messageId %q", r.EventSource, r.MessageId)
		}
	}
	return nil
}
