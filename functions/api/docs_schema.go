package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// object resolves a reference and returns the schema and its property names in the order of the
// response. If s is not a reference, it returns no names.
func (d *docs) object(s *huma.Schema) (*huma.Schema, []string) {
	if s.Ref == "" {
		return s, nil
	}
	names := memberNames(d.doc.Components.Schemas.TypeFromRef(s.Ref))
	return d.doc.Components.Schemas.SchemaFromRef(s.Ref), names
}

func memberNames(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Pointer:
			names = append(names, memberNames(f.Type.Elem())...)
		case f.Anonymous:
			names = append(names, memberNames(f.Type)...)
		case f.IsExported() && name != "-":
			names = append(names, name)
		}
	}
	return names
}

// kind names a type for readers.
func (d *docs) kind(s *huma.Schema) string {
	switch {
	case s.Ref != "":
		return "object"
	case s.Type == "array":
		return "list of " + d.kind(s.Items)
	case len(s.Enum) > 0:
		names := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			names[i] = strings.Trim(string(marshal(v)), `"`)
		}
		return strings.Join(names, ", ")
	case s.Format == "date-time":
		return "time"
	case s.Type == "":
		return "any"
	case s.Nullable:
		return s.Type + ", null"
	}
	return s.Type
}

// example returns an example value of the schema as indented JSON.
func (d *docs) example(s *huma.Schema, sent bool) string {
	var text bytes.Buffer
	_ = json.Indent(&text, d.value(s, sent), "", "  ") // cannot fail: value returns JSON
	return text.String()
}

func (d *docs) value(s *huma.Schema, sent bool) []byte {
	switch {
	case len(s.Examples) > 0:
		return marshal(s.Examples[0])
	case s.Ref != "":
		return d.objectValue(s, sent)
	case s.Type == "array":
		return slices.Concat([]byte("["), d.value(s.Items, sent), []byte("]"))
	case len(s.Enum) > 0:
		return marshal(s.Enum[0])
	case s.Format == "date-time":
		return []byte(`"2025-06-07T06:33:14Z"`)
	case s.Type == "boolean":
		return []byte("false")
	case s.Type == "integer":
		return []byte("1")
	case s.Type == "string":
		return []byte(`"..."`)
	}
	return []byte("{}")
}

// objectValue shows the properties that have an example or are always present.
func (d *docs) objectValue(ref *huma.Schema, sent bool) []byte {
	s, names := d.object(ref)
	text := []byte("{")
	for _, name := range names {
		p := s.Properties[name]
		if p == nil || sent && p.ReadOnly || len(p.Examples) == 0 && !slices.Contains(s.Required, name) {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = slices.Concat(text, marshal(name), []byte(":"), d.value(p, sent))
	}
	return append(text, '}')
}

func marshal(v any) []byte {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // cannot fail: null, strings, numbers and lists of them
	return bytes.TrimSpace(text.Bytes())
}
