// Package api is the management API: integrations, the log of their dispatches, and what the
// console needs, as JSON over HTTP.
//
// [New] returns one http.Handler for everything: the operations under /v1, the OpenAPI document at
// /openapi.json, which huma generates from them, and its documentation at /docs. The deployment
// authenticates callers. Data of other users is reported as not found. Every error is a problem
// document (RFC 9457).
package api
