package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
)

// gateway answers the requests of an HTTP API.
type gateway struct{ adapter *httpadapter.HandlerAdapterV2 }

// unreadable is the problem of a request whose URL is none. The gateway lets these through, with
// escapes resolved; they are the client's fault, and no error of the function.
const unreadable = `{"title":"Bad Request","status":400,"detail":"the path is not a valid one: check its percent escapes"}`

func (g gateway) answer(ctx context.Context, ev events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	if _, err := url.Parse("https://" + ev.RequestContext.DomainName + ev.RawPath + "?" + ev.RawQueryString); err != nil {
		return events.APIGatewayV2HTTPResponse{
			StatusCode: http.StatusBadRequest, Body: unreadable,
			Headers: map[string]string{"Content-Type": "application/problem+json"},
		}, nil
	}
	return g.adapter.ProxyWithContext(ctx, ev)
}
