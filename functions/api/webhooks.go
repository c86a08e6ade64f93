package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// sentHeader is a header that each delivery has, in addition to those of the headers template.
type sentHeader struct{ name, value string }

// sentHeaders lists the headers for the documentation and the OpenAPI document.
var sentHeaders = []sentHeader{
	{"Accept", "*/*, unless the headers template sets it."},
	{"Content-Type", "application/json"},
	{"User-Agent", "The sender's name and version, unless the headers template sets it."},
	{"Request-Origin", "Set by the deployment; thordata by default."},
	{"Webhook", "The integration's id."},
	{"Webhook-Dispatch-Id", "The dispatch's id: the same on every attempt and redelivery."},
	{"Webhook-Attempt", "1, 2, ..."},
	{"webhook-id", "The dispatch's id again, for the signature."},
	{"webhook-timestamp", "When the attempt was made, in seconds since 1970."},
	{"webhook-signature", "v1, and the HMAC-SHA256 of id, timestamp and body, joined by dots, in Base64. For 24 hours after the secret was replaced there are two, separated by a space."},
}

const (
	webhooksTag    = "Webhooks"
	eventComponent = "TaskEvent" // the schema of every event
)

// describeWebhooks adds to the OpenAPI document what receivers get: a webhook for each event type,
// whose body is that of integrations without a payload template of their own.
func (s *server) describeWebhooks() {
	doc := s.api.OpenAPI()
	doc.Webhooks = map[string]*huma.PathItem{}
	for _, t := range deliveredTypes(s.cfg.EventTypes) {
		doc.Webhooks[string(t.Type)] = &huma.PathItem{Post: webhookOf(t)}
	}
}

func webhookOf(t webhook.EventTypeInfo) *huma.Operation {
	ofType := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"eventType": {Type: huma.TypeString, Enum: []any{string(t.Type)}},
	}}
	op := &huma.Operation{
		OperationID: "receive." + string(t.Type), Tags: []string{webhooksTag}, Summary: t.Label,
		Description: t.Description + " The body is the event, unless the integration has a payload template of its own. Verify the signature as Standard Webhooks specifies.",
		Security:    []map[string][]string{{}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{jsonType: {
			Schema: &huma.Schema{AllOf: []*huma.Schema{{Ref: "#/components/schemas/" + eventComponent}, ofType}},
		}}},
		Responses: map[string]*huma.Response{
			"2XX":     {Description: "The dispatch has succeeded."},
			"410":     {Description: "The dispatch has failed, and the integration is disabled."},
			"default": {Description: "The dispatch is attempted again, on the schedule or when Retry-After says."},
		},
	}
	for _, h := range sentHeaders {
		if h.name == "Accept" || h.name == "Content-Type" {
			continue // which OpenAPI does not describe as parameters
		}
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: h.name, In: "header", Required: true, Description: h.value, Schema: &huma.Schema{Type: huma.TypeString},
		})
	}
	return op
}
