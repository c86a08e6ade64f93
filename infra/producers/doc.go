// Package producers puts events on a node's bus with what a platform uses for EventBridge: the AWS
// CLI and the AWS SDKs for Go, JavaScript and Python. A node with authentication accepts them with
// an access key of its own, and answers EventBridge's errors without one.
package producers
