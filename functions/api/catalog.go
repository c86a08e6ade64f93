package api

import (
	"context"

	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type eventTypesOutput struct {
	Body struct {
		EventTypes []webhook.EventTypeInfo `json:"eventTypes" nullable:"false"`
	}
}

func (s *server) listEventTypes(context.Context, *struct{}) (*eventTypesOutput, error) {
	var out eventTypesOutput
	out.Body.EventTypes = webhook.EventTypes()
	return &out, nil
}

type variablesOutput struct {
	Body struct {
		Variables      []template.Variable `json:"variables" nullable:"false"`
		DefaultPayload string              `json:"defaultPayloadTemplate" doc:"The payload template of an integration that has none."`
	}
}

func (s *server) listVariables(context.Context, *struct{}) (*variablesOutput, error) {
	var out variablesOutput
	out.Body.Variables, out.Body.DefaultPayload = template.Variables(), template.DefaultPayload
	return &out, nil
}
