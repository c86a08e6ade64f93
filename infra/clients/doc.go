// Package clients generates clients and types from the OpenAPI document with what users have for it,
// oapi-codegen for Go and openapi-typescript for TypeScript, and compiles programs that use them.
// Both read OpenAPI 3.1, webhooks included.
package clients
