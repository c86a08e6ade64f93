package webhook

import (
	"slices"
	"strings"
)

// EventType says what happened to a scraping task.
type EventType string

// The event types that the platform sends, and Test, which only a test
// dispatch bears.
const (
	Running   EventType = "ACTOR.RUN.RUNNING"
	Succeeded EventType = "ACTOR.RUN.SUCCEEDED"
	Failed    EventType = "ACTOR.RUN.FAILED"
	Test      EventType = "TEST"
)

// EventTypeInfo describes an event type to a person who chooses one.
type EventTypeInfo struct {
	Type        EventType `json:"type"`
	Label       string    `json:"label"`
	Description string    `json:"description"`
}

var eventTypes = []EventTypeInfo{
	{Running, "Running", "The task is in progress."},
	{Succeeded, "Task Succeeded", "The scraping task completed successfully and returned results."},
	{Failed, "Task Failed", "The scraping task did not return data or encountered an error."},
}

// EventTypes returns the types that an integration can ask for, in the order
// in which a task meets them.
func EventTypes() []EventTypeInfo { return slices.Clone(eventTypes) }

// Known reports whether an integration can ask for t. Test is not known.
func (t EventType) Known() bool {
	return slices.ContainsFunc(eventTypes, func(i EventTypeInfo) bool { return i.Type == t })
}

// KnownEventTypes names the known types in a sentence.
func KnownEventTypes() string {
	names := make([]string, len(eventTypes))
	for i, info := range eventTypes {
		names[i] = string(info.Type)
	}
	return strings.Join(names, ", ")
}
