package api

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// schemaDialect is the dialect of the schemas at /schemas, and that of OpenAPI 3.1.
const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// deliveredTypes are the event types that a receiver can get.
func deliveredTypes(types webhook.EventTypes) []webhook.EventTypeInfo {
	return append(types.All(), webhook.EventTypeInfo{
		Type: webhook.Test, Label: "Test", Description: "A user has sent a test, with a sample of an event.",
	})
}

// eventSchema returns the JSON Schema of task events of the given types: the variables of templates.
// Only what an event must have to be delivered is required; everything else can also be null, and
// there can be more.
func eventSchema(types ...webhook.EventTypeInfo) *huma.Schema {
	event := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Properties: map[string]*huma.Schema{}}
	for _, v := range template.Variables() {
		parent, name := event, v.Path
		if root, rest, nested := strings.Cut(v.Path, "."); nested {
			parent, name = event.Properties[root], rest
		}
		if parent != nil && v.Name != "globals" { // what comes from the system is not part of the event
			parent.Properties[name] = variableSchema(v)
		}
	}
	event.Properties["eventId"] = textOrNumber("The platform's id of the event.")
	event.Properties["eventType"] = &huma.Schema{Type: huma.TypeString, Description: "The event's type."}
	for _, t := range types {
		event.Properties["eventType"].Enum = append(event.Properties["eventType"].Enum, string(t.Type))
	}
	event.Required = []string{"eventType", "userId"}
	return event
}

func variableSchema(v template.Variable) *huma.Schema {
	s := &huma.Schema{Type: v.Type, Description: v.Description, Nullable: true}
	switch v.Type {
	case "object":
		s.AdditionalProperties, s.Properties = true, map[string]*huma.Schema{}
	case "string or number":
		return textOrNumber(v.Description)
	}
	if v.Type == huma.TypeString && v.Example != "" {
		s.Examples = []any{v.Example}
	}
	return s
}

func textOrNumber(description string) *huma.Schema {
	return &huma.Schema{Description: description, OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeInteger}}}
}

// schemaOfType returns the document at /schemas for an event type, or false if there is no such type.
func (s *server) schemaOfType(name string) (*huma.Schema, bool) {
	for _, t := range deliveredTypes(s.cfg.EventTypes) {
		if string(t.Type) == name {
			schema := eventSchema(t)
			schema.Title, schema.Description = t.Label, t.Description
			schema.Extensions = map[string]any{"$schema": schemaDialect}
			return schema, true
		}
	}
	return nil, false
}
