package api

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// lists are the values of enum and doc tags that start with a dollar sign, as in
// `enum:"$eventTypes,TEST"`. Package webhook defines each list, so the tags must not repeat it.
func (s *server) lists() map[any][]any {
	var types []any
	for _, info := range s.cfg.EventTypes.All() {
		types = append(types, string(info.Type))
	}
	return map[any][]any{
		"$eventTypes":          types,
		"$errorCodes":          values(webhook.ErrorCodes()),
		"$triggers":            values(webhook.Triggers()),
		"$dispatchStatuses":    values(webhook.DispatchStatuses()),
		"$integrationStatuses": values(webhook.IntegrationStatuses()),
		"$breakerStates":       values(breakerStates),
		"$recoverable":         values(recoverable),
	}
}

func values[T ~string](all []T) []any {
	list := make([]any, len(all))
	for i, v := range all {
		list[i] = string(v)
	}
	return list
}

// fillEnums fills the lists into the schemas. It panics if a name is unknown, which makes every
// test of the API fail.
func (s *server) fillEnums() {
	known := s.lists()
	for _, schema := range s.schemas().Map() {
		fillEnum(schema, known)
	}
	for _, path := range s.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if op == nil {
				continue
			}
			for _, p := range op.Parameters {
				p.Description = fillText(p.Description, known)
				fillEnum(p.Schema, known)
			}
		}
	}
}

// fillText fills the lists into a description.
func fillText(text string, known map[any][]any) string {
	if !strings.Contains(text, "$") {
		return text
	}
	for name, list := range known {
		var names []string
		for _, v := range list {
			names = append(names, v.(string))
		}
		text = strings.ReplaceAll(text, name.(string), strings.Join(names, ", "))
	}
	return text
}

func fillEnum(s *huma.Schema, known map[any][]any) {
	if s == nil {
		return
	}
	s.Description = fillText(s.Description, known)
	fillEnum(s.Items, known)
	for _, p := range s.Properties {
		fillEnum(p, known)
	}
	var filled []any
	changed := false
	for _, v := range s.Enum {
		name, _ := v.(string)
		if name == "" || name[0] != '$' {
			filled = append(filled, v)
			continue
		}
		list, ok := known[v]
		if !ok {
			panic(fmt.Sprintf("an enum tag names the unknown list %s", name))
		}
		filled, changed = append(filled, list...), true
	}
	if changed {
		s.Enum = filled
		s.PrecomputeMessages()
	}
}
