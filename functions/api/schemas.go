package api

import (
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// CreatedIntegration is an integration in the response to its creation, which includes the signing
// secret.
type CreatedIntegration Integration

// TransformSchema implements huma.SchemaTransformer.
func (CreatedIntegration) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	delete(s.Properties, "held")
	s.Properties["signingSecret"].Examples = []any{exampleSecret}
	s.Required = append(s.Required, "signingSecret")
	return s
}

const exampleSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// IntegrationPatch is a JSON merge patch of an integration: no field is required, and fields with a
// default can be null.
type IntegrationPatch Integration

// TransformSchema implements huma.SchemaTransformer.
func (IntegrationPatch) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	for name, p := range s.Properties {
		p.Default = nil // omitted fields are not changed
		if p.ReadOnly || p.Ref != "" || slices.Contains(s.Required, name) {
			continue
		}
		p.Nullable = true
		if len(p.Enum) > 0 {
			p.Enum = append(p.Enum, nil)
		}
	}
	s.Required = nil
	return s
}
