package main

import (
	"log/slog"
	"net/http"

	"github.com/awslabs/aws-lambda-go-api-proxy/core"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// caller identifies the sender of a request from the claims of the token that the gateway has
// verified. The request's own headers are not trusted.
type caller struct {
	claim string
	log   *slog.Logger
}

// of returns the value of the claim, or false if it is missing or not a valid user id.
func (c caller) of(r *http.Request) (userID string, ok bool) {
	gateway, ok := core.GetAPIGatewayV2ContextFromContext(r.Context())
	if !ok || gateway.Authorizer == nil || gateway.Authorizer.JWT == nil {
		return "", false // a route without an authorizer
	}
	userID, ok = gateway.Authorizer.JWT.Claims[c.claim]
	if !ok {
		c.log.WarnContext(r.Context(), "token does not have the CALLER_CLAIM claim: set CALLER_CLAIM to the claim with the user's id", logkey.Claim, c.claim)
		return "", false
	}
	if wrong := webhook.CheckUserID(userID); wrong != "" {
		c.log.WarnContext(r.Context(), "the token's CALLER_CLAIM claim is not a valid user id", logkey.Claim, c.claim, logkey.Reason, wrong)
		return "", false
	}
	return userID, true
}
