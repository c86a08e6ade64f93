// Package api is the management API: users' integrations, the log of their
// dispatches, and what the console needs, as JSON over HTTP.
//
// [New] returns one http.Handler for everything: the operations under /v1, which
// huma describes in an OpenAPI document, that document at /openapi.json, and a page
// to read it at /docs. Who calls is for the deployment to say; what belongs to
// another user does not exist for the caller. Every fault is a problem document
// (RFC 9457).
package api
