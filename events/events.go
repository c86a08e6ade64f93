// Package events holds sample events: what tests, the demo and `sam local
// invoke` send.
//
// The files are named for the function that they invoke and what they ask of it. Ids agree with each
// other: fanout-succeeded.json makes the messages of delivery-deliveries.json if the user has the
// integrations that these name.
package events

import (
	"embed"
	"fmt"
)

// TaskSucceeded is the example event of the product's documentation: the
// detail of an EventBridge event, byte for byte.
//
//go:embed task-succeeded.detail.json
var TaskSucceeded []byte

//go:embed api-*.json delivery-*.json fanout-*.json
var files embed.FS

// Sample returns the invocation event of a name like "api-create". There being none is a
// fault of the caller, and a panic.
func Sample(name string) []byte {
	text, err := files.ReadFile(name + ".json")
	if err != nil {
		panic(fmt.Sprintf("no sample event is named %q; see the files of the folder events", name))
	}
	return text
}
