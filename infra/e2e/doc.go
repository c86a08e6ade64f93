// Package e2e tests the three functions as deployed: it runs the binaries through the Lambda
// Runtime API with the events in the folder events, on a table and queues created from
// template.yaml.
//
// DynamoDB, SQS, EventBridge and KMS are emulated. A proxy between them and the functions records
// every call, to check policies and costs, and injects errors. A poller replaces the event source
// mappings. Receivers use HTTPS and verify signatures with the official Standard Webhooks library.
//
// Each function has exactly the environment that the template gives it, plus the URLs of the
// emulators (AWS_ENDPOINT_URL_*) and the authority of the receivers' certificates (SSL_CERT_FILE).
// The delivery function rejects private addresses, so everything runs in a network namespace (see
// infra/e2e/internal/netns).
package e2e
