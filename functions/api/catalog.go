package api

import (
	"context"

	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type eventTypeList struct {
	EventTypes []webhook.EventTypeInfo `json:"eventTypes" nullable:"false"`
}

type eventTypesOutput struct{ Body eventTypeList }

func (s *server) listEventTypes(context.Context, *struct{}) (*eventTypesOutput, error) {
	return &eventTypesOutput{Body: eventTypeList{webhook.EventTypes()}}, nil
}

type variableList struct {
	Variables      []template.Variable `json:"variables" nullable:"false"`
	DefaultPayload string              `json:"defaultPayloadTemplate" doc:"The payload template of an integration that has none."`
}

type variablesOutput struct{ Body variableList }

func (s *server) listVariables(context.Context, *struct{}) (*variablesOutput, error) {
	return &variablesOutput{Body: variableList{template.Variables(), template.DefaultPayload}}, nil
}
