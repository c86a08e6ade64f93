package main

import (
	"log/slog"
	"net/http"

	"github.com/awslabs/aws-lambda-go-api-proxy/core"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// caller knows who sent a request: the gateway has checked the token and put its claims
// into the request's context. What the request itself says is nobody's word.
type caller struct {
	claim string
	log   *slog.Logger
}

// of returns the value of the claim, false if there is none or it cannot be a user's id.
func (c caller) of(r *http.Request) (userID string, ok bool) {
	gateway, ok := core.GetAPIGatewayV2ContextFromContext(r.Context())
	if !ok || gateway.Authorizer == nil || gateway.Authorizer.JWT == nil {
		return "", false // a route without an authorizer
	}
	userID, ok = gateway.Authorizer.JWT.Claims[c.claim]
	if !ok {
		c.log.WarnContext(r.Context(), "the token lacks the claim that names the user: set CALLER_CLAIM to one that it has", logkey.Claim, c.claim)
		return "", false
	}
	if wrong := webhook.CheckUserID(userID); wrong != "" {
		c.log.WarnContext(r.Context(), "the claim that names the user holds no user id", logkey.Claim, c.claim, logkey.Reason, wrong)
		return "", false
	}
	return userID, true
}
