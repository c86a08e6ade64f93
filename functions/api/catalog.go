package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// EventTypeInfo describes an event type.
type EventTypeInfo struct {
	Type        webhook.EventType `json:"type" doc:"The name used in eventTypes of an integration." example:"ACTOR.RUN.SUCCEEDED"`
	Label       string            `json:"label" doc:"The name to display." example:"Task Succeeded"`
	Description string            `json:"description" doc:"When it happens." example:"The scraping task completed successfully and returned results."`
}

type eventTypeList struct {
	EventTypes []EventTypeInfo `json:"eventTypes" nullable:"false"`
}

type eventTypesOutput struct{ Body eventTypeList }

func (s *server) listEventTypes(context.Context, *struct{}) (*eventTypesOutput, error) {
	out := &eventTypesOutput{}
	for _, info := range s.cfg.EventTypes.All() {
		out.Body.EventTypes = append(out.Body.EventTypes, EventTypeInfo(info))
	}
	return out, nil
}

// Variable is a name that a placeholder can start with.
type Variable struct {
	Name        string `json:"name" doc:"The name inside the braces." example:"taskId"`
	Path        string `json:"path" doc:"Its path in the event." example:"resource.taskId"`
	Type        string `json:"type" doc:"string, number, object, ..." example:"string"`
	Description string `json:"description" doc:"What it is." example:"Task ID"`
	Example     string `json:"example,omitempty" doc:"A value, as text." example:"2e9ddee0582a********************"`
}

// Filter is a transformation of a placeholder's value.
type Filter struct {
	Name        string `json:"name" doc:"The name after the bar." example:"limit"`
	Argument    string `json:"argument,omitempty" doc:"What must follow a colon; absent for filters without an argument." example:"a number of characters"`
	Description string `json:"description" doc:"What it does." example:"Cuts a text after so many characters."`
	Example     string `json:"example" doc:"A placeholder with this filter." example:"{{detail | limit: 1500}}"`
}

type variableList struct {
	Variables      []Variable `json:"variables" nullable:"false"`
	Filters        []Filter   `json:"filters" nullable:"false" doc:"What may follow a variable in a placeholder, each after a bar; several are applied from left to right."`
	DefaultPayload string     `json:"defaultPayloadTemplate" doc:"The payload template of integrations that have none."`
}

// TransformSchema implements huma.SchemaTransformer.
func (variableList) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["defaultPayloadTemplate"].Examples = []any{template.DefaultPayload}
	return s
}

type variablesOutput struct{ Body variableList }

func (s *server) listVariables(context.Context, *struct{}) (*variablesOutput, error) {
	out := &variablesOutput{Body: variableList{DefaultPayload: template.DefaultPayload}}
	for _, v := range template.Variables() {
		out.Body.Variables = append(out.Body.Variables, Variable(v))
	}
	for _, f := range template.Filters() {
		out.Body.Filters = append(out.Body.Filters, Filter(f))
	}
	return out, nil
}
