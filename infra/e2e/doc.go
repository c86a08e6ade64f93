// Package e2e tests the three functions as they are deployed: the binaries themselves, driven
// through the Lambda Runtime API with the events of the folder events, over a table and queues that
// are made from template.yaml.
//
// DynamoDB, SQS, EventBridge and KMS are emulated; between them and the functions a proxy writes
// down every call, for the policies and the costs, and makes calls fail. A poller does what an event
// source mapping does. Receivers speak HTTPS, and verify with the official library of Standard
// Webhooks.
//
// Each function has exactly the environment that the template gives it, and two more things: where
// the emulators are (AWS_ENDPOINT_URL_*), and which authority signed the receivers' certificates
// (SSL_CERT_FILE). As the delivery function refuses private addresses, and no setting of a deployment
// allows them, everything runs in a network namespace of its own (see infra/e2e/internal/netns).
package e2e
