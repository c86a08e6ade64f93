// Package events holds sample events: what tests, the demo and `sam local
// invoke` send.
package events

import _ "embed"

// TaskSucceeded is the example event of the product's documentation: the
// detail of an EventBridge event, byte for byte.
//
//go:embed task-succeeded.detail.json
var TaskSucceeded []byte
