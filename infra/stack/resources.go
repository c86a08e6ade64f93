package stack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// resources returns the resources whose condition is true. As in SAM, functions inherit from Globals.
func (r *resolver) resources() (map[string]Resource, error) {
	out := map[string]Resource{}
	for id, w := range r.src.Resources {
		made, err := r.holds(w.Condition)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		if !made {
			continue
		}
		written := w.Properties.v
		if w.Type == "AWS::Serverless::Function" {
			written = merge(r.src.Globals.Function.v, written)
		}
		properties, err := r.resolve(written)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		m, _ := properties.(map[string]any)
		out[id] = Resource{Type: w.Type, DeletionPolicy: w.DeletionPolicy, UpdateReplacePolicy: w.UpdateReplacePolicy, Properties: m}
	}
	return out, nil
}

// merge overrides base: maps are merged by key, lists are concatenated, scalars are replaced.
func merge(base, over any) any {
	switch base := base.(type) {
	case map[string]any:
		laid, ok := over.(map[string]any)
		if !ok {
			return over
		}
		out := maps.Clone(base)
		for key, v := range laid {
			if b, ok := base[key]; ok {
				v = merge(b, v)
			}
			out[key] = v
		}
		return out
	case []any:
		if over, ok := over.([]any); ok {
			return slices.Concat(base, over)
		}
	}
	return over
}

func (r *resolver) outputs() (map[string]string, error) {
	out := map[string]string{}
	for name, o := range r.src.Outputs {
		made, err := r.holds(o.Condition)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", name, err)
		}
		if !made {
			continue
		}
		v, err := r.resolve(o.Value.v)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", name, err)
		}
		out[name] = text(v)
	}
	return out, nil
}

// ids returns the logical ids of the resources of a type, sorted.
func ids(resources map[string]Resource, kind string) []string {
	var out []string
	for id, res := range resources {
		if res.Type == kind {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// into decodes resolved properties into a struct, with the rules of encoding/json.
func into(properties any, target any) error {
	text, err := json.Marshal(properties)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // otherwise 1048576 becomes 1.048576e+06
	return d.Decode(target)
}
