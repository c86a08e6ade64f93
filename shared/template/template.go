// Package template compiles, validates and renders the two templates of a webhook: the payload template
// gives the request's body, and the headers template gives additional headers.
//
// A template is JSON in which placeholders such as {{userId}} and
// {{resource.items.0.name}} are replaced by values of a task event:
//
//	{"id": "{{userId}}", "note": "task {{taskId}} took {{runseconds}} s"}
//
// A placeholder that is a whole string, or outside of a string, becomes the event's JSON value with its
// digits and spelling unchanged, or null if the event does not have the value. Inside a longer string it
// becomes text. A path can continue into a string that contains a JSON object or array. To write a
// literal "{{", write a brace as JSON's escape \u007b: escapes are never part of a placeholder.
//
// Up to five filters, applied from left to right, change the value. [Filters] lists them:
//
//	{"text": "{{detail | default: \"no detail\" | slack | limit: 1500}}", "code": "{{apiCode | text}}"}
//
// A string argument is written \"no detail\", as in any JSON string, or "no detail" or 'no detail'. Every
// filter except default converts the value to text, so a placeholder that is a whole string, or outside of
// one, then becomes a JSON string. Limits count characters, not bytes; an escape counts as one.
//
// Compiling reports every error in a template, with line and column. Rendering makes one pass over the
// event's bytes and copies the requested values. Placeholders in substituted values are not expanded.
package template

import (
	"errors"
	"time"
)

// Event is the input of rendering.
type Event struct {
	// JSON is the task event, one JSON object that [encoding/json.Valid] accepts.
	// Its strings may contain invalid UTF-8 and lone surrogates. The last of several
	// equal keys counts. It is not modified.
	JSON []byte

	// Time is the event's time, the value of globals.dateISO and globals.dateUnix.
	Time time.Time
}

// DefaultPayload is the payload template of an integration that has none of its own.
const DefaultPayload = `{
  "userId": "{{userId}}",
  "eventType": "{{eventType}}",
  "createdAt": "{{createdAt}}",
  "eventData": "{{eventData}}",
  "resource": "{{resource}}"
}`

// ErrTooLarge reports that the rendered output would exceed its limit.
var ErrTooLarge = errors.New("the rendered template is larger than allowed: use fewer or smaller variables")

// ErrEvent reports an event that is not a JSON object. Rendering does not
// detect every such event; check untrusted events with [encoding/json.Valid].
var ErrEvent = errors.New("the event is not a valid JSON object")
