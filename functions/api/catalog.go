package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/functions/api/preset"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// EventTypeInfo describes an event type.
type EventTypeInfo struct {
	Type        webhook.EventType `json:"type" doc:"The name used in eventTypes of an integration." example:"ACTOR.RUN.SUCCEEDED"`
	Label       string            `json:"label" doc:"The name to display." example:"Task Succeeded"`
	Description string            `json:"description" doc:"When it happens." example:"The scraping task completed successfully and returned results."`
	Schema      string            `json:"schema" doc:"The path of the JSON Schema of these events, which needs no authentication." example:"/schemas/ACTOR.RUN.SUCCEEDED.json"`
}

type eventTypeList struct {
	EventTypes []EventTypeInfo `json:"eventTypes" nullable:"false"`
}

type eventTypesOutput struct{ Body eventTypeList }

func (s *server) listEventTypes(context.Context, *struct{}) (*eventTypesOutput, error) {
	out := &eventTypesOutput{}
	for _, info := range s.cfg.EventTypes.All() {
		out.Body.EventTypes = append(out.Body.EventTypes, EventTypeInfo{info.Type, info.Label, info.Description, schemasPath + string(info.Type) + ".json"})
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

// Preset is a ready-made configuration for a known service.
type Preset struct {
	ID              string        `json:"id" example:"slack"`
	Name            string        `json:"name" doc:"The name to display." example:"Slack"`
	URLPattern      string        `json:"urlPattern,omitempty" doc:"A regular expression for the service's URLs; absent if they can be any. POST /v1/render says which preset fits a URL." example:"^https://hooks\\.slack(-gov)?\\.com/services/"`
	URLExample      string        `json:"urlExample,omitempty" example:"https://hooks.slack.com/services/T0000/B0000/XXXX"`
	Setup           string        `json:"setup" doc:"What to do at the service." example:"Create a Slack app with incoming webhooks, add a webhook to a channel, and paste its URL."`
	Limits          string        `json:"limits" doc:"What the templates do about the service's limits." example:"Texts are cut to fit Slack's limits."`
	Documentation   string        `json:"documentation" doc:"The service's own documentation." example:"https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"`
	MaxPerMinute    int           `json:"maxPerMinute" doc:"For maxPerMinute of the integration: what the service accepts. 0: it names no limit." example:"60"`
	PayloadTemplate string        `json:"payloadTemplate" example:"{\"text\": \"Task {{taskId | slack | limit: 100}}\"}"`
	HeadersTemplate string        `json:"headersTemplate" doc:"Empty if the preset has no headers." example:""`
	Replace         []Replacement `json:"replace" nullable:"false" doc:"Texts in the templates to replace before saving."`
}

// Replacement is a text in a preset's templates that the user replaces.
type Replacement struct {
	Text    string `json:"text" example:"YOUR_CHAT_ID"`
	With    string `json:"with" doc:"What to replace it with." example:"the chat's id, such as -1001234567890 or @channelname"`
	Example string `json:"example" example:"-1001234567890"`
}

type presetList struct {
	Presets []Preset `json:"presets" nullable:"false"`
}

type presetsOutput struct{ Body presetList }

func (s *server) listPresets(context.Context, *struct{}) (*presetsOutput, error) {
	out := &presetsOutput{}
	for _, p := range preset.All() {
		shown := Preset{
			ID: p.ID, Name: p.Name, URLPattern: p.URLPattern, URLExample: p.URLExample, Setup: p.Setup, Limits: p.Limits,
			Documentation: p.Documentation, MaxPerMinute: p.MaxPerMinute,
			PayloadTemplate: p.PayloadTemplate, HeadersTemplate: p.HeadersTemplate, Replace: []Replacement{},
		}
		for _, r := range p.Replace {
			shown.Replace = append(shown.Replace, Replacement(r))
		}
		out.Body.Presets = append(out.Body.Presets, shown)
	}
	return out, nil
}
