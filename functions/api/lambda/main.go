// The api function: the management API behind an HTTP API of API Gateway.
package main

import (
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"github.com/thordata/webhook-integration/functions/api"
	"github.com/thordata/webhook-integration/functions/api/console"
	"github.com/thordata/webhook-integration/shared/dynamostore"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/invocation"
	"github.com/thordata/webhook-integration/shared/kmskey"
	"github.com/thordata/webhook-integration/shared/metrics"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/sqsqueue"
)

func main() { invocation.Start(wire) }

type handler = invocation.Handler[events.APIGatewayV2HTTPRequest, events.APIGatewayV2HTTPResponse]

func wire(getenv func(string) string, log *slog.Logger) (handler, error) {
	cfg, err := loadConfig(getenv)
	if err != nil {
		return handler{}, err
	}
	management, err := newAPI(cfg, log)
	if err != nil {
		return handler{}, err
	}
	return handler{Check: checkEvent, Handle: gateway{httpadapter.NewV2(management)}.answer, Log: log}, nil
}

func newAPI(cfg config, log *slog.Logger) (http.Handler, error) {
	queue, err := sqsqueue.New(sqs.NewFromConfig(cfg.AWS), cfg.DeliveriesQueue, "")
	if err != nil {
		return nil, err
	}
	secrets := kmskey.Box(cfg.AWS, cfg.KMSKey)
	return api.New(api.Config{
		Store:    dynamostore.New(dynamodb.NewFromConfig(cfg.AWS), dynamostore.Options{Table: cfg.Table, Retention: cfg.Policy.Retention}),
		Queue:    queue,
		Box:      secrets,
		Requests: request.NewBuilder(request.Config{Secrets: secrets, Origin: cfg.RequestOrigin, MaxBody: cfg.Policy.MaxBody, MaxURL: cfg.Limits.URL}),
		CheckURL: egress.Policy{AllowHTTP: cfg.AllowHTTP, MaxURL: cfg.Limits.URL, Allow: cfg.EgressAllow}.CheckURL,
		Caller:   caller{claim: cfg.CallerClaim, log: log}.of,
		Limits:   cfg.Limits,
		Secrets:  cfg.Secrets,

		EventTypes: cfg.EventTypes,
		Policy:     cfg.Policy,
		Log:        log,
		Metrics:    metrics.NewEMF(os.Stdout, cfg.MetricsNamespace, "api", time.Now),
		Console:    console.Handler(cfg.Console),

		FrameAncestors: cfg.Console.FrameAncestors,
	})
}

func checkEvent(ev events.APIGatewayV2HTTPRequest) error {
	if ev.RequestContext.HTTP.Method == "" {
		return errors.New("not an HTTP API request with payload format 2.0: requestContext.http is missing")
	}
	return nil
}
