package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
)

// gateway serves the requests of an HTTP API.
type gateway struct{ adapter *httpadapter.HandlerAdapterV2 }

// unreadable is the response to a request with an invalid URL. The gateway passes these on with
// escapes resolved. They are client errors, not errors of the function.
const unreadable = `{"title":"Bad Request","status":400,"detail":"the path is not valid: check its percent escapes"}`

func (g gateway) answer(ctx context.Context, ev events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	if _, err := url.Parse("https://" + ev.RequestContext.DomainName + ev.RawPath + "?" + ev.RawQueryString); err != nil {
		return events.APIGatewayV2HTTPResponse{
			StatusCode: http.StatusBadRequest, Body: unreadable,
			Headers: map[string]string{"Content-Type": "application/problem+json"},
		}, nil
	}
	return g.adapter.ProxyWithContext(ctx, ev)
}
