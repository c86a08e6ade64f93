package api

import (
	"fmt"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Tags group the operations in the document, in this order.
const (
	integrationsTag = "Integrations"
	tryTag          = "Trying out"
	dispatchesTag   = "Dispatches"
	secretsTag      = "Signing secrets"
)

func tags() []string { return []string{integrationsTag, tryTag, dispatchesTag, secretsTag} }

// about is the description of the API in its document.
func about(l webhook.Limits) string {
	return "Sends events of your scraping tasks to your systems. An integration says which events to send, to which URL, and in what form.\n\n" +
		"Times are RFC 3339 in UTC. Lists are paginated: pass the cursor of a response to get the next page. Errors are problem documents (RFC 9457) that name each wrong field. Resources of other users are 404.\n\n" +
		fmt.Sprintf("Limits: %d integrations, each with a name of %d characters, a description of %d characters, a URL of %d bytes, a payload template of %d bytes, a headers template of %d bytes and %d headers. A request body has at most %d bytes, a page at most %d entries.",
			l.Integrations, l.Name, l.Description, l.URL, l.PayloadTemplate, l.HeadersTemplate, l.Headers, l.RequestBody, l.Page)
}

const (
	aboutMatching = " With If-Match, nothing is changed if the integration has changed since you read it."
	aboutResuming = " When an integration becomes active, its failures are forgotten, what waits is released, and its held dispatches are queued, oldest first; held in the response says how many."
)

type text struct{ tag, summary, description string }

// texts has the tag, summary and description of each operation by its id.
var texts = map[string]text{
	"createIntegration":  {integrationsTag, "Create an integration", "The response includes the signing secret; later, read it from .../secret. With an Idempotency-Key the request can be repeated safely: for 24 hours, the same key and request return the same integration, secret included; the same key with another request is refused."},
	"listIntegrations":   {integrationsTag, "List your integrations", "Oldest first."},
	"getIntegration":     {integrationsTag, "Read an integration", "With If-None-Match, the response is 304 while nothing has changed."},
	"replaceIntegration": {integrationsTag, "Replace an integration", "Sets every field that can be set; fields that the body omits get their defaults." + aboutMatching + aboutResuming},
	"patchIntegration":   {integrationsTag, "Change an integration", "A JSON merge patch (RFC 7396): fields in the body are changed, null restores a default, other fields are kept." + aboutMatching + aboutResuming},
	"deleteIntegration":  {integrationsTag, "Delete an integration", "Its retries stop, and its dispatches can no longer be read." + aboutMatching},

	"testIntegration": {tryTag, "Send a test", "Sends a sample event of type TEST as a real dispatch, whatever the status of the integration. Location is the dispatch's URL; read the result there."},
	"probe":           {tryTag, "Try a failing endpoint now", "Sends the oldest dispatch that waits for the endpoint, now instead of when the next probe is due. If it is delivered, the others follow. It is refused where the endpoint is not down, has asked to wait, or nothing waits."},
	"testFilter":      {tryTag, "Test a filter over past events", "Says which of the newest 100 events of the integration's log the filter wants, and why not the others. Nothing is sent or stored."},
	"render":          {tryTag, "Preview a request", "Renders templates over a sample event, an event in the request, or the event of a past dispatch. Nothing is sent or stored. Errors in the templates are part of the response, with line and column."},
	"listEventTypes":  {tryTag, "List the event types", "The event types that an integration can subscribe to."},
	"getSettings":     {tryTag, "Read the deployment's settings", "The retry schedule, timeouts and limits of this deployment."},
	"listVariables":   {tryTag, "List the variables and filters of templates", "Use each as {{name}}. Dots reach inside objects, lists, and strings that hold JSON: {{resource.url.spider_id}}. Filters follow behind a bar: {{apiErrorMsg | default: \"none\"}}."},
	"listPresets":     {tryTag, "List the presets for known services", "Templates that fit the rules of chats, alerting and automation services, with what to do there."},

	"listDispatches": {dispatchesTag, "List an integration's dispatches", "Newest first. GET /v1/settings says how long they are kept."},
	"getDispatch":    {dispatchesTag, "Read a dispatch", "With its event, its attempts, and each request as it was sent. Headers that look like credentials are masked."},
	"redeliver":      {dispatchesTag, "Deliver a dispatch again", "The dispatch keeps its id, restarts its retry schedule, and uses the current integration. It is refused while the dispatch is PENDING, RETRYING or WAITING, and if the integration is not active."},
	"recover":        {dispatchesTag, "Redeliver the failures of a period", "Queues failed and held dispatches, oldest first, at most about 200 per request. Repeat with the cursor of the response until it has none."},

	"getSecret":    {secretsTag, "Read the signing secret", "Requests are signed as Standard Webhooks specifies; its libraries verify them with this secret."},
	"rotateSecret": {secretsTag, "Replace the signing secret", "For 24 hours, requests carry the signatures of both the new secret and the replaced one. At most two secrets sign at a time: rotating again within the 24 hours drops the oldest at once."},
}
