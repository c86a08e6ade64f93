package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

const (
	integrationsPath = "/v1/integrations"
	integrationPath  = integrationsPath + "/{id}"
	dispatchesPath   = integrationPath + "/dispatches"
	dispatchPath     = dispatchesPath + "/{dispatch}"
)

// Tags group the operations in the document.
var (
	integrationsTag = []string{"Integrations"}
	tryTag          = []string{"Trying out"}
	dispatchesTag   = []string{"Dispatches"}
	secretsTag      = []string{"Signing secrets"}
)

var (
	asJSON  = []string{jsonType}
	asPatch = []string{patchType, jsonType}
)

// routes lists every operation.
func (s *server) routes() {
	addBody[Integration](s, huma.Operation{
		OperationID: "createIntegration", Method: http.MethodPost, Path: integrationsPath, DefaultStatus: http.StatusCreated, Tags: integrationsTag,
		Summary:     "Create an integration",
		Description: "The answer has, this once, the secret that requests are signed with; later it is at .../secret. With an Idempotency-Key the request can be repeated safely: for 24 hours the same key and request get the same integration, secret included, and the same key with another request is refused.",
	}, asJSON, s.createIntegration, http.StatusConflict)
	add(s, huma.Operation{
		OperationID: "listIntegrations", Method: http.MethodGet, Path: integrationsPath, Tags: integrationsTag,
		Summary:     "List your integrations",
		Description: "The oldest first.",
	}, s.listIntegrations)
	add(s, huma.Operation{
		OperationID: "getIntegration", Method: http.MethodGet, Path: integrationPath, Tags: integrationsTag,
		Summary:     "Read an integration",
		Description: "With If-None-Match the answer is 304 while nothing has changed.",
		Responses:   map[string]*huma.Response{"304": {Description: "You have it already."}},
	}, s.getIntegration, http.StatusNotFound)
	addBody[Integration](s, huma.Operation{
		OperationID: "replaceIntegration", Method: http.MethodPut, Path: integrationPath, Tags: integrationsTag,
		Summary:     "Replace an integration",
		Description: "Sets everything that can be set; what the body leaves out gets its default. With If-Match nothing is done if the integration has changed since you read it. " + aboutResuming,
	}, asJSON, s.replaceIntegration, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed)
	addBody[Integration](s, huma.Operation{
		OperationID: "patchIntegration", Method: http.MethodPatch, Path: integrationPath, Tags: integrationsTag,
		Summary:     "Change an integration",
		Description: "A JSON merge patch (RFC 7396): what the body names is changed, null stands for the default, and the rest stays. With If-Match nothing is done if the integration has changed since you read it. " + aboutResuming,
	}, asPatch, s.patchIntegration, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed)
	add(s, huma.Operation{
		OperationID: "deleteIntegration", Method: http.MethodDelete, Path: integrationPath, Tags: integrationsTag,
		Summary:     "Delete an integration",
		Description: "Its retries stop, and its dispatches are out of reach.",
	}, s.deleteIntegration, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed)
	s.tryRoutes()
	s.dispatchRoutes()
	s.secretRoutes()
	for _, name := range []string{"ErrorModel", "ErrorDetail"} {
		delete(s.schemas().Map(), name) // huma's, which no answer has
	}
}

const aboutResuming = "An integration that becomes active begins in good health, and what was held for it is queued, the oldest first; held in the answer says how far that came."

func (s *server) tryRoutes() {
	addBody[TestRequest](s, huma.Operation{
		OperationID: "testIntegration", Method: http.MethodPost, Path: integrationPath + "/test", DefaultStatus: http.StatusAccepted, Tags: tryTag,
		Summary:     "Send a test",
		Description: "A real dispatch of a sample event of the type TEST, on the road of every event, whatever the integration's status. Location is its address: read there what came of it.",
	}, asJSON, s.testIntegration, http.StatusNotFound)
	addBody[RenderRequest](s, huma.Operation{
		OperationID: "render", Method: http.MethodPost, Path: "/v1/render", Tags: tryTag,
		Summary:     "Preview a request",
		Description: "Renders templates over a sample event, a given one, or that of a past dispatch. Nothing is sent or stored. What is wrong with the templates is part of the answer, with line and column.",
	}, asJSON, s.render, http.StatusNotFound)
	add(s, huma.Operation{
		OperationID: "listEventTypes", Method: http.MethodGet, Path: "/v1/event-types", Tags: tryTag,
		Summary: "List the event types",
	}, s.listEventTypes)
	add(s, huma.Operation{
		OperationID: "listVariables", Method: http.MethodGet, Path: "/v1/variables", Tags: tryTag,
		Summary:     "List the variables of templates",
		Description: "Each works as {{name}}. Dots reach inside objects, lists, and strings that hold JSON: {{resource.url.spider_id}}.",
	}, s.listVariables)
}

func (s *server) dispatchRoutes() {
	add(s, huma.Operation{
		OperationID: "listDispatches", Method: http.MethodGet, Path: dispatchesPath, Tags: dispatchesTag,
		Summary:     "List an integration's dispatches",
		Description: "The newest first. They are kept for 30 days, unless the deployment says otherwise.",
	}, s.listDispatches, http.StatusNotFound)
	add(s, huma.Operation{
		OperationID: "getDispatch", Method: http.MethodGet, Path: dispatchPath, Tags: dispatchesTag,
		Summary:     "Read a dispatch",
		Description: "With its event, its attempts, and each request as it was sent. Headers that look like credentials are masked.",
	}, s.getDispatch, http.StatusNotFound)
	add(s, huma.Operation{
		OperationID: "redeliver", Method: http.MethodPost, Path: dispatchPath + "/redeliver", DefaultStatus: http.StatusAccepted, Tags: dispatchesTag,
		Summary:     "Deliver a dispatch again",
		Description: "The dispatch keeps its id, begins its schedule anew, and uses today's integration. Not while it is PENDING or RETRYING, nor if the integration is not active.",
	}, s.redeliver, http.StatusNotFound, http.StatusConflict)
	addBody[RecoverRequest](s, huma.Operation{
		OperationID: "recover", Method: http.MethodPost, Path: integrationPath + "/recover", Tags: dispatchesTag,
		Summary:     "Deliver again what failed in a period",
		Description: "Queues dispatches that failed or were held, the oldest first, at most about 200 in one request. Go on with the answer's cursor until it has none.",
	}, asJSON, s.recover, http.StatusNotFound, http.StatusConflict)
}

func (s *server) secretRoutes() {
	add(s, huma.Operation{
		OperationID: "getSecret", Method: http.MethodGet, Path: integrationPath + "/secret", Tags: secretsTag,
		Summary:     "Read the signing secret",
		Description: "Requests are signed by the Standard Webhooks specification; its libraries verify them with this secret.",
	}, s.getSecret, http.StatusNotFound)
	add(s, huma.Operation{
		OperationID: "rotateSecret", Method: http.MethodPost, Path: integrationPath + "/secret/rotate", Tags: secretsTag,
		Summary:     "Replace the signing secret",
		Description: "For 24 hours requests bear the signatures of both the new secret and the one it replaces.",
	}, s.rotateSecret, http.StatusNotFound, http.StatusConflict)
}
