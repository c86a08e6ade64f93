// Package template compiles, checks and renders what a user writes to shape a
// webhook: a payload template, which becomes the request's body, and a headers
// template, which becomes additional headers.
//
// A template is JSON in which placeholders such as {{userId}} and
// {{resource.items.0.name}} stand for values of a task event:
//
//	{"id": "{{userId}}", "note": "task {{taskId}} took {{runseconds}} s"}
//
// A placeholder that is a whole string, or stands outside a string, becomes the
// event's JSON value, digits and spelling unchanged, or null where the event has
// none. Inside a longer string it becomes text. A path that goes on into a string
// which holds a JSON object or array reads inside it. To write a literal "{{",
// spell a brace with JSON's own escape, \u007b: escapes are never placeholders.
//
// Filters, at most five, change a value on its way, from left to right; [Filters]
// lists them:
//
//	{"text": "{{detail | default: \"no detail\" | slack | limit: 1500}}", "code": "{{apiCode | text}}"}
//
// A string as an argument is written as JSON demands within a string, as here, or simply "no detail" or
// 'no detail'. Every filter but default makes a value text: alone in quotes, and bare, it is then a
// string. Characters are counted, never bytes, and an escape is one.
//
// Everything that can be wrong with a template is said when it is compiled, with
// line and column. Rendering makes one pass over the event's bytes, copies what
// the template asks for, and never looks at substituted text again.
package template

import (
	"errors"
	"time"
)

// Event is what a template is rendered over.
type Event struct {
	// JSON is the task event, one JSON object that [encoding/json.Valid] accepts.
	// Invalid UTF-8 and lone surrogates may occur in its strings; of keys that
	// repeat, the last counts. It is only read.
	JSON []byte

	// Time is the event's time, which globals.dateISO and globals.dateUnix show.
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

// ErrTooLarge reports that what was rendered would exceed its limit.
var ErrTooLarge = errors.New("the rendered template is larger than allowed: use fewer or smaller variables")

// ErrEvent reports an event that is not a JSON object. Rendering notices it only
// where it reads; callers check events they don't trust with [encoding/json.Valid].
var ErrEvent = errors.New("the event is not a valid JSON object")
