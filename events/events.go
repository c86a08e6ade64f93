// Package events has sample events for tests, the demo and `sam local invoke`.
//
// The files are named after the function that they invoke and the case. Their ids are consistent:
// fanout-succeeded.json results in the messages of delivery-deliveries.json if the user has the
// integrations in these messages.
package events

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// TaskSucceeded is the example event of the product's documentation, byte for byte: the detail of an
// EventBridge event.
//
//go:embed task-succeeded.detail.json
var TaskSucceeded []byte

//go:embed api-*.json delivery-*.json fanout-*.json
var files embed.FS

// Names returns the names of all invocation events.
func Names() []string {
	found, err := fs.Glob(files, "*.json")
	if err != nil {
		panic(err) // the pattern is malformed
	}
	for i, name := range found {
		found[i] = strings.TrimSuffix(name, ".json")
	}
	return found
}

// Sample returns the invocation event with a name like "api-create". It panics if there is none.
func Sample(name string) []byte {
	text, err := files.ReadFile(name + ".json")
	if err != nil {
		panic(fmt.Sprintf("no sample event named %q; see the files in the directory events", name))
	}
	return text
}
