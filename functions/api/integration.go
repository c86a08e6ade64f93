package api

import (
	"reflect"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Integration is an integration in requests and responses. Read-only fields in requests are
// ignored.
type Integration struct {
	ID                string              `json:"id" readOnly:"true" example:"01JX4A6V8Z5T3N7Q9R2M4K6H8B"`
	UserID            string              `json:"userId" readOnly:"true" example:"3406"`
	Name              string              `json:"name" doc:"The name to display." example:"Results to our data lake"`
	Description       string              `json:"description" required:"false" doc:"Free text; line breaks are allowed." example:"Feeds the nightly import."`
	EventTypes        []webhook.EventType `json:"eventTypes" enum:"$eventTypes" nullable:"false" doc:"The event types to send, each once; GET /v1/event-types describes them." example:"[\"ACTOR.RUN.SUCCEEDED\"]"`
	Filter            string              `json:"filter" required:"false" doc:"Only events that match this EventBridge event pattern are sent: JSON in a string. It may go on inside strings that hold JSON, as in {\"resource\": {\"url\": {\"spider_id\": [\"3\"]}}}. Test events and redeliveries are sent whatever it says. Empty: all events of the types." example:"{\"resource\": {\"successRate\": [{\"numeric\": [\"<\", 100]}]}}"`
	RequestURL        string              `json:"requestUrl" doc:"The URL that requests are sent to: https, with a public address. Its path and query may have placeholders like {{taskId}}, whose values are percent-encoded." example:"https://example.com/hooks/{{taskId}}"`
	PayloadTemplate   string              `json:"payloadTemplate" required:"false" doc:"The body of the requests: JSON with placeholders like {{taskId}}; GET /v1/variables lists them and their filters, as in {{apiErrorMsg | default: \"none\"}}. Empty: the default template." example:"{\"task\": \"{{taskId}}\", \"state\": \"{{eventType}}\"}"`
	HeadersTemplate   string              `json:"headersTemplate" required:"false" doc:"Additional request headers: a JSON object of strings with placeholders. Empty: none. These are overwritten, with a warning: Host, Content-Type, Request-Origin, Webhook, Webhook-Dispatch-Id, Webhook-Attempt, Webhook-Id, Webhook-Timestamp, Webhook-Signature. These belong to the connection and are refused: Connection, Content-Encoding, Content-Length, Expect, HTTP2-Settings, Keep-Alive, TE, Trailer, Transfer-Encoding, Upgrade, and all that start with Proxy-." example:"{\"Authorization\": \"Bearer s3cr3t\"}"`
	Status            string              `json:"status" required:"false" enum:"$integrationStatuses" default:"active" doc:"active: events are delivered. paused: they are held until it is active again. disabled: they are ignored." example:"active"`
	StatusReason      string              `json:"statusReason,omitempty" readOnly:"true" doc:"Why it is paused or disabled, when the system did it."`
	DoNotRetry        bool                `json:"doNotRetry" required:"false" doc:"A dispatch ends with its first attempt, successful or not." example:"false"`
	RedirectIsSuccess bool                `json:"redirectIsSuccess" required:"false" doc:"302 and 303 count as delivered, for receivers that do their work and then redirect to its result." example:"false"`
	MaxPerMinute      int                 `json:"maxPerMinute" required:"false" minimum:"0" maximum:"60000" doc:"The most requests in a minute; what is above waits for its turn. 0: no limit." example:"600"`
	Version           int                 `json:"version" readOnly:"true" doc:"Counts the changes: 1, 2, ..." example:"1"`
	CreatedAt         time.Time           `json:"createdAt" readOnly:"true" example:"2025-06-07T06:00:00Z"`
	ModifiedAt        time.Time           `json:"modifiedAt" readOnly:"true" example:"2025-06-07T06:00:00Z"`
	FailingSince      *time.Time          `json:"failingSince,omitempty" readOnly:"true" doc:"Time of the first failure since the last success; absent while deliveries succeed. GET /v1/settings says after how long the integration is paused."`
	Health            *Health             `json:"health,omitempty" readOnly:"true" doc:"How its endpoint is doing."`
	SigningSecret     string              `json:"signingSecret,omitempty" readOnly:"true" doc:"Only in the response to its creation: the secret to verify signatures with."`
	Held              *Recovery           `json:"held,omitempty" readOnly:"true" doc:"Only in the response to a change that ended a pause: the dispatches that were held."`
	Warnings          []string            `json:"warnings,omitempty" readOnly:"true" doc:"Only in the response to a creation or change: what was saved, and is probably a mistake." example:"[\"payloadTemplate: line 1, column 10: ${taskId} is sent as it is written: write {{taskId}} for its value\"]"`
}

// show converts an integration to its representation in the API.
func show(in webhook.Integration) Integration {
	out := Integration{
		ID: in.ID, UserID: in.UserID, Name: in.Name, Description: in.Description,
		EventTypes: in.EventTypes, Filter: in.Filter, RequestURL: in.RequestURL,
		PayloadTemplate: in.PayloadTemplate, HeadersTemplate: in.HeadersTemplate,
		Status: string(in.Status), StatusReason: in.StatusReason, DoNotRetry: in.DoNotRetry, RedirectIsSuccess: in.RedirectIsSuccess,
		MaxPerMinute: in.MaxPerMinute, Health: showHealth(in.Health.Breaker),
		Version: in.Version, CreatedAt: in.CreatedAt.UTC(), ModifiedAt: in.ModifiedAt.UTC(),
	}
	if in.Health.Failing() {
		out.FailingSince = new(in.Health.FailingSince.UTC())
	}
	return out
}

// settings returns the fields that a user can set, which are all but the read-only ones, to apply a
// merge patch to them.
func settings(in webhook.Integration) map[string]any {
	shown := reflect.ValueOf(show(in))
	all := map[string]any{}
	for i := range shown.NumField() {
		field := shown.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && field.Tag.Get("readOnly") != "true" {
			all[name] = shown.Field(i).Interface()
		}
	}
	return all
}

// apply sets the fields that a user can set. Omitted fields get their defaults.
func (i Integration) apply(in webhook.Integration) webhook.Integration {
	in.Name, in.Description = i.Name, i.Description
	in.EventTypes, in.Filter, in.RequestURL = i.EventTypes, i.Filter, i.RequestURL
	in.PayloadTemplate, in.HeadersTemplate = i.PayloadTemplate, i.HeadersTemplate
	in.DoNotRetry, in.RedirectIsSuccess, in.MaxPerMinute = i.DoNotRetry, i.RedirectIsSuccess, i.MaxPerMinute
	status := webhook.IntegrationStatus(i.Status)
	if status == "" {
		status = webhook.Active
	}
	if status != in.Status { // otherwise the system's reason is still valid
		in.Status, in.StatusReason = status, ""
	}
	return in
}
