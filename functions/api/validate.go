package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/eventfilter"
	"github.com/thordata/webhook-integration/shared/eventpattern"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// check returns all errors of an integration, so that a user can fix them together.
func (s *server) check(in webhook.Integration) faults {
	fs := faultsOf(s.cfg.Limits.Check(in, s.cfg.EventTypes).Err(), "body.")
	fs = append(fs, s.checkURL(in.RequestURL)...)
	fs = append(fs, checkFilter(in.Filter)...)
	return append(fs, s.checkTemplates(in)...)
}

// checkChange is check for a change. A headers template that was saved when headers of the connection
// were dropped silently, or a URL that was saved when placeholders in it were sent as text, does not
// prevent a change of something else.
func (s *server) checkChange(next, current webhook.Integration) faults {
	_, wrongURL := template.CompileURL(next.RequestURL)
	old := map[string]bool{
		"body.headersTemplate": next.HeadersTemplate == current.HeadersTemplate && len(template.RefusedHeaders(next.HeadersTemplate)) > 0,
		"body.requestUrl":      next.RequestURL == current.RequestURL && wrongURL != nil,
	}
	return slices.DeleteFunc(s.check(next), func(f Fault) bool { return old[f.Location] })
}

// checkURL returns the errors of the placeholders in a URL, or else those of the URL.
func (s *server) checkURL(raw string) faults {
	u, err := template.CompileURL(raw)
	if err != nil {
		return templateFaults(err, "body.requestUrl")
	}
	return faultsOf(s.cfg.CheckURL(u.Filled()), "body.")
}

// checkFilter returns the error of a filter, at most one.
func checkFilter(filter string) faults {
	if filter == "" {
		return nil
	}
	_, err := eventfilter.Compile(filter)
	wrong, ok := errors.AsType[*eventpattern.Error](err)
	if !ok {
		return nil
	}
	message := wrong.Message
	if wrong.Path != "" {
		message = wrong.Path + ": " + message
	}
	return faults{{
		Location: "body.filter", Message: message, Suggestion: wrong.Suggestion,
		Place: &Place{Line: wrong.Line, Column: wrong.Column, Offset: wrong.Offset, Length: wrong.Length},
	}}
}

// checkTemplates compiles the templates that are within their limits. Limits.Check reports the
// others.
func (s *server) checkTemplates(in webhook.Integration) faults {
	var fs faults
	if len(in.PayloadTemplate) <= s.cfg.Limits.PayloadTemplate {
		_, err := template.CompilePayload(in.PayloadTemplate)
		fs = append(fs, templateFaults(err, "body.payloadTemplate")...)
	}
	if len(in.HeadersTemplate) <= s.cfg.Limits.HeadersTemplate {
		headers, err := template.CompileHeaders(in.HeadersTemplate)
		fs = append(fs, templateFaults(err, "body.headersTemplate")...)
		fs = append(fs, placed(template.RefusedHeaders(in.HeadersTemplate), "body.headersTemplate")...)
		if most := s.cfg.Limits.Headers; err == nil && headers.Len() > most {
			fs = append(fs, Fault{Location: "body.headersTemplate", Message: fmt.Sprintf("sets %d headers, at most %d are allowed", headers.Len(), most)})
		}
	}
	return fs
}

// decode reads a body, which is valid JSON, into a value. It returns all errors of its structure:
// missing and unknown fields and wrong types. The value has the fields that could be read, so that
// they can be validated as well.
func decode[T any](s *server, body json.RawMessage) (value T, fs faults) {
	schema := s.schemaOf(value)
	body = withoutReadOnly(body, s.schemas().SchemaFromRef(schema.Ref))
	var members any
	_ = json.Unmarshal(body, &members) // numbers in an event that exceed Go's range become nil
	var res huma.ValidateResult
	huma.Validate(s.schemas(), schema, huma.NewPathBuffer([]byte("body"), len("body")), huma.ModeWriteToServer, members, &res)
	for _, err := range res.Errors {
		if d, ok := err.(*huma.ErrorDetail); ok {
			fs = append(fs, shapeFault(d))
		}
	}
	fs = append(fs, misspelt(members, s.schemas().SchemaFromRef(schema.Ref))...)
	if err := json.Unmarshal(body, &value); err != nil && len(fs) == 0 {
		fs = append(fs, Fault{Location: "body", Message: "does not match the schema"})
	}
	return value, fs.sorted()
}

// withoutReadOnly removes the read-only fields, so that a response can be sent back even if another
// system changed them.
func withoutReadOnly(body json.RawMessage, schema *huma.Schema) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return body // not an object, which validation reports
	}
	before := len(members)
	maps.DeleteFunc(members, func(name string, _ json.RawMessage) bool {
		p := schema.Properties[name]
		return p != nil && p.ReadOnly
	})
	if len(members) == before {
		return body
	}
	left, _ := json.Marshal(members) // cannot fail: all fields are valid JSON
	return left
}

// misspelt reports fields that differ from a known field only in case. huma accepts them, and JSON
// decoding would treat them as the known field.
func misspelt(members any, schema *huma.Schema) faults {
	given, _ := members.(map[string]any)
	var fs faults
	for name := range given {
		if _, known := schema.Properties[name]; known {
			continue
		}
		for meant := range schema.Properties {
			if strings.EqualFold(name, meant) {
				fs = append(fs, Fault{Location: "body." + name, Message: "unknown field", Suggestion: meant})
			}
		}
	}
	return fs
}
