package api

import (
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// lists are the values that an enum tag names by a word with a dollar sign, as in
// `enum:"$eventTypes,TEST"`. The domain knows each list; the tags must not repeat it.
func (s *server) lists() map[any][]any {
	var types []any
	for _, info := range s.cfg.EventTypes.All() {
		types = append(types, string(info.Type))
	}
	return map[any][]any{
		"$eventTypes":          types,
		"$triggers":            values(webhook.Triggers()),
		"$dispatchStatuses":    values(webhook.DispatchStatuses()),
		"$integrationStatuses": values(webhook.IntegrationStatuses()),
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

// fillEnums puts the lists into the schemas that name them. It panics if a name is unknown, which
// every test of the API would meet first.
func (s *server) fillEnums() {
	known := s.lists()
	for _, schema := range s.schemas().Map() {
		fillEnum(schema, known)
	}
}

func fillEnum(s *huma.Schema, known map[any][]any) {
	if s == nil {
		return
	}
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
