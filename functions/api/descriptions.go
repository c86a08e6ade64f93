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

// about introduces the API in its document.
func about(l webhook.Limits) string {
	return "Tells your systems what happens to your scraping tasks: an integration says of which events, to which URL, and in which form.\n\n" +
		"Times are RFC 3339 in UTC. Lists come in pages: pass an answer's cursor to get the next. Every fault is a problem document (RFC 9457) that names each thing that is wrong. What is not yours does not exist: 404.\n\n" +
		fmt.Sprintf("Limits: %d integrations; of each, a name of %d characters, a description of %d, a URL of %d bytes, a payload template of %d bytes, a headers template of %d bytes and %d headers. A request's body has at most %d bytes, a page %d entries.",
			l.Integrations, l.Name, l.Description, l.URL, l.PayloadTemplate, l.HeadersTemplate, l.Headers, l.RequestBody, l.Page)
}

const (
	aboutMatching = " With If-Match nothing is done if the integration has changed since you read it."
	aboutResuming = " An integration that becomes active begins in good health, and what was held for it is queued, the oldest first; held in the answer says how far that came."
)

type text struct{ tag, summary, description string }

// texts says what each operation is for, by its id.
var texts = map[string]text{
	"createIntegration":  {integrationsTag, "Create an integration", "The answer has, this once, the secret that requests are signed with; later it is at .../secret. With an Idempotency-Key the request can be repeated safely: for 24 hours the same key and request get the same integration, secret included, and the same key with another request is refused."},
	"listIntegrations":   {integrationsTag, "List your integrations", "The oldest first."},
	"getIntegration":     {integrationsTag, "Read an integration", "With If-None-Match the answer is 304 while nothing has changed."},
	"replaceIntegration": {integrationsTag, "Replace an integration", "Sets everything that can be set; what the body leaves out gets its default." + aboutMatching + aboutResuming},
	"patchIntegration":   {integrationsTag, "Change an integration", "A JSON merge patch (RFC 7396): what the body names is changed, null stands for the default, and the rest stays." + aboutMatching + aboutResuming},
	"deleteIntegration":  {integrationsTag, "Delete an integration", "Its retries stop, and its dispatches are out of reach." + aboutMatching},

	"testIntegration": {tryTag, "Send a test", "A real dispatch of a sample event of the type TEST, on the road of every event, whatever the integration's status. Location is its address: read there what came of it."},
	"render":          {tryTag, "Preview a request", "Renders templates over a sample event, a given one, or that of a past dispatch. Nothing is sent or stored. What is wrong with the templates is part of the answer, with line and column."},
	"listEventTypes":  {tryTag, "List the event types", "What an integration can ask for."},
	"getSettings":     {tryTag, "Read the deployment's settings", "The retry schedule, timeouts and limits that hold here."},
	"listVariables":   {tryTag, "List the variables of templates", "Each works as {{name}}. Dots reach inside objects, lists, and strings that hold JSON: {{resource.url.spider_id}}."},

	"listDispatches": {dispatchesTag, "List an integration's dispatches", "The newest first. GET /v1/settings says how long they are kept."},
	"getDispatch":    {dispatchesTag, "Read a dispatch", "With its event, its attempts, and each request as it was sent. Headers that look like credentials are masked."},
	"redeliver":      {dispatchesTag, "Deliver a dispatch again", "The dispatch keeps its id, starts its schedule again, and uses today's integration. Not while it is PENDING or RETRYING, nor if the integration is not active."},
	"recover":        {dispatchesTag, "Deliver again what failed in a period", "Queues dispatches that failed or were held, the oldest first, at most about 200 in one request. Go on with the answer's cursor until it has none."},

	"getSecret":    {secretsTag, "Read the signing secret", "Requests are signed by the Standard Webhooks specification; its libraries verify them with this secret."},
	"rotateSecret": {secretsTag, "Replace the signing secret", "For 24 hours requests bear the signatures of both the new secret and the one it replaces. Two secrets sign at a time: to rotate again within these 24 hours ends the oldest at once."},
}
