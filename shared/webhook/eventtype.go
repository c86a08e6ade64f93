package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// EventType is the type of a task event.
type EventType string

// The default event types, and Test, which only test dispatches have.
const (
	Running   EventType = "ACTOR.RUN.RUNNING"
	Succeeded EventType = "ACTOR.RUN.SUCCEEDED"
	Failed    EventType = "ACTOR.RUN.FAILED"
	Test      EventType = "TEST"
)

// EventTypeInfo describes an event type to users.
type EventTypeInfo struct {
	Type        EventType `json:"name"`
	Label       string    `json:"label"`       // defaults to the name
	Description string    `json:"description"` // may be empty
}

// defaultEventTypes are listed in the order in which a task goes through them.
var defaultEventTypes = []EventTypeInfo{
	{Running, "Running", "The task is in progress."},
	{Succeeded, "Task Succeeded", "The scraping task completed successfully and returned results."},
	{Failed, "Task Failed", "The scraping task did not return data or encountered an error."},
}

// EventTypes are the event types that integrations can subscribe to, as configured for the
// deployment. The zero value has the default types.
type EventTypes struct{ all []EventTypeInfo }

// All returns the types in their configured order.
func (e EventTypes) All() []EventTypeInfo { return slices.Clone(e.table()) }

func (e EventTypes) table() []EventTypeInfo {
	if e.all == nil {
		return defaultEventTypes
	}
	return e.all
}

// Known reports whether an integration can subscribe to t. Test is not known.
func (e EventTypes) Known(t EventType) bool {
	return slices.ContainsFunc(e.table(), func(i EventTypeInfo) bool { return i.Type == t })
}

// Sample is the default type of sample events: Succeeded, or the first type if the deployment does
// not have it.
func (e EventTypes) Sample() EventType {
	if e.Known(Succeeded) {
		return Succeeded
	}
	return e.table()[0].Type
}

// String returns the type names as "A, B, C".
func (e EventTypes) String() string {
	var names []string
	for _, info := range e.table() {
		names = append(names, string(info.Type))
	}
	return strings.Join(names, ", ")
}

// Limits of the setting.
const (
	maxEventTypes  = 50
	maxLabel       = 100 // characters
	maxDescription = 500 // characters
)

var eventTypeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// ParseEventTypes parses the setting, a JSON list:
//
//	[{"name": "ACTOR.RUN.ABORTED", "label": "Aborted", "description": "Somebody stopped the task."}]
//
// It accepts 1 to 50 types. A name has 1 to 64 letters, digits, dots, dashes and underscores, and
// is not TEST. A label has at most 100 characters and defaults to the name. A description has at
// most 500. "" means the default types. The error is one line and names the type.
func ParseEventTypes(raw string) (EventTypes, error) {
	if strings.TrimSpace(raw) == "" {
		return EventTypes{}, nil
	}
	var all []EventTypeInfo
	d := json.NewDecoder(bytes.NewReader([]byte(raw)))
	d.DisallowUnknownFields()
	err := d.Decode(&all)
	if err == nil {
		if _, after := d.Token(); after != io.EOF {
			err = errors.New("trailing data after the list")
		}
	}
	if err != nil {
		return EventTypes{}, fmt.Errorf(`must be a JSON list like [{"name": "ACTOR.RUN.ABORTED", "label": "Aborted", "description": "..."}]: %w`, err)
	}
	if n := len(all); n < 1 || n > maxEventTypes {
		return EventTypes{}, fmt.Errorf("has %d event types: want 1 to %d", n, maxEventTypes)
	}
	seen := map[EventType]bool{}
	for i := range all {
		if reason := all[i].check(); reason != "" {
			return EventTypes{}, fmt.Errorf("event type %d: %s", i+1, reason)
		}
		if seen[all[i].Type] {
			return EventTypes{}, fmt.Errorf("event type %d: %s is listed twice", i+1, all[i].Type)
		}
		seen[all[i].Type] = true
		if all[i].Label == "" {
			all[i].Label = string(all[i].Type)
		}
	}
	return EventTypes{all}, nil
}

func (i EventTypeInfo) check() string {
	switch {
	case i.Type == "":
		return "name is missing"
	case !eventTypeName.MatchString(string(i.Type)):
		return fmt.Sprintf("name %.100q: want 1 to 64 letters, digits, dots, dashes and underscores", i.Type)
	case strings.EqualFold(string(i.Type), string(Test)):
		return "the name TEST is reserved for test dispatches"
	case utf8.RuneCountInString(i.Label) > maxLabel || !printable(i.Label, ""):
		return fmt.Sprintf("label of %s: want at most %d characters on one line", i.Type, maxLabel)
	case utf8.RuneCountInString(i.Description) > maxDescription || !printable(i.Description, ""):
		return fmt.Sprintf("description of %s: want at most %d characters on one line", i.Type, maxDescription)
	}
	return ""
}
