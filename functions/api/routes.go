package api

import "net/http"

const (
	integrationsPath = "/v1/integrations"
	integrationPath  = integrationsPath + "/{id}"
	dispatchesPath   = integrationPath + "/dispatches"
	dispatchPath     = dispatchesPath + "/{dispatch}"
	schemasPath      = "/schemas/"
)

var (
	asJSON  = []string{jsonType}
	asPatch = []string{patchType, jsonType}
)

// Possible responses of operations, in addition to success and those of every operation.
const (
	notFound = http.StatusNotFound
	conflict = http.StatusConflict
	changed  = http.StatusPreconditionFailed
)

// routes registers every operation. texts describes each of them.
func (s *server) routes() {
	addBody[Integration](s, post("createIntegration", integrationsPath, http.StatusCreated), asJSON, s.createIntegration, conflict)
	add(s, get("listIntegrations", integrationsPath), s.listIntegrations)
	add(s, get("getIntegration", integrationPath), s.getIntegration, notFound, http.StatusNotModified)
	addBody[Integration](s, operation("replaceIntegration", http.MethodPut, integrationPath), asJSON, s.replaceIntegration, notFound, conflict, changed)
	addBody[IntegrationPatch](s, operation("patchIntegration", http.MethodPatch, integrationPath), asPatch, s.patchIntegration, notFound, conflict, changed)
	add(s, operation("deleteIntegration", http.MethodDelete, integrationPath), s.deleteIntegration, notFound, conflict, changed)

	add(s, post("probe", integrationPath+"/probe", http.StatusAccepted), s.probe, notFound, conflict)
	addBody[TestRequest](s, post("testIntegration", integrationPath+"/test", http.StatusAccepted), asJSON, s.testIntegration, notFound)
	addBody[FilterTestRequest](s, post("testFilter", integrationPath+"/filter/test", http.StatusOK), asJSON, s.testFilter, notFound)
	addBody[RenderRequest](s, post("render", "/v1/render", http.StatusOK), asJSON, s.render, notFound)
	add(s, get("listEventTypes", "/v1/event-types"), s.listEventTypes)
	add(s, get("getSettings", "/v1/settings"), s.getSettings)
	add(s, get("listVariables", "/v1/variables"), s.listVariables)
	add(s, get("listPresets", "/v1/presets"), s.listPresets)

	add(s, get("listDispatches", dispatchesPath), s.listDispatches, notFound)
	add(s, get("getDispatch", dispatchPath), s.getDispatch, notFound)
	add(s, post("redeliver", dispatchPath+"/redeliver", http.StatusAccepted), s.redeliver, notFound, conflict)
	addBody[RecoverRequest](s, post("recover", integrationPath+"/recover", http.StatusOK), asJSON, s.recover, notFound, conflict)

	add(s, get("getSecret", integrationPath+"/secret"), s.getSecret, notFound)
	add(s, post("rotateSecret", integrationPath+"/secret/rotate", http.StatusOK), s.rotateSecret, notFound, conflict)

	s.schemas().Map()[eventComponent] = eventSchema(deliveredTypes(s.cfg.EventTypes)...)
	s.fillEnums()
	for _, name := range []string{"ErrorModel", "ErrorDetail"} {
		delete(s.schemas().Map(), name) // an error type of huma that no response uses
	}
}
