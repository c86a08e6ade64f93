package stack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// resolver replaces intrinsic functions by their values.
type resolver struct {
	src        *source
	at         Place
	parameters map[string]any
}

// noValue is AWS::NoValue, which removes the property or list entry.
type noValue struct{}

func newResolver(src *source, at Place, given map[string]string) (*resolver, error) {
	for name := range given {
		if _, ok := src.Parameters[name]; !ok {
			return nil, fmt.Errorf("unknown parameter %s", name)
		}
	}
	r := &resolver{src: src, at: at, parameters: map[string]any{}}
	for name, p := range src.Parameters {
		text, ok := given[name]
		if !ok && p.Default == nil {
			return nil, fmt.Errorf("parameter %s is required: it has no default", name)
		}
		if !ok {
			text = *p.Default
		}
		r.parameters[name] = p.parse(text)
	}
	return r, nil
}

// parse converts a parameter's value to its type.
func (p Parameter) parse(text string) any {
	switch p.Type {
	case "Number":
		return json.Number(text)
	case "CommaDelimitedList":
		var list []any
		for item := range strings.SplitSeq(text, ",") {
			list = append(list, strings.TrimSpace(item))
		}
		return list
	default:
		return text
	}
}

// resolve returns v with all intrinsic functions resolved.
func (r *resolver) resolve(v any) (any, error) {
	switch v := v.(type) {
	case call:
		return r.call(v)
	case map[string]any:
		return r.resolveMap(v)
	case []any:
		return r.resolveList(v)
	default:
		return v, nil
	}
}

func (r *resolver) resolveMap(m map[string]any) (any, error) {
	out := make(map[string]any, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		item, err := r.resolve(m[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if item != (noValue{}) {
			out[key] = item
		}
	}
	return out, nil
}

func (r *resolver) resolveList(list []any) (any, error) {
	out := make([]any, 0, len(list))
	for i, item := range list {
		item, err := r.resolve(item)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		if item != (noValue{}) {
			out = append(out, item)
		}
	}
	return out, nil
}

func (r *resolver) call(c call) (any, error) {
	switch c.name {
	case "Ref":
		return r.ref(text(c.arg))
	case "GetAtt":
		id, attribute, _ := strings.Cut(text(c.arg), ".")
		return r.attribute(id, attribute)
	case "Sub":
		return r.sub(c.arg)
	case "If", "Equals", "Not", "And", "Or", "Condition":
		return r.logic(c)
	}
	arg, err := r.resolve(c.arg)
	if err != nil {
		return nil, err
	}
	list, ok := arg.([]any)
	if !ok || len(list) < 2 {
		return nil, fmt.Errorf("!%s needs a list", c.name)
	}
	return r.pure(c.name, list)
}

// pure resolves functions that depend on their arguments alone.
func (r *resolver) pure(name string, args []any) (any, error) {
	switch name {
	case "Select":
		i, err := strconv.Atoi(text(args[0]))
		list, ok := args[1].([]any)
		if err != nil || !ok || i < 0 || i >= len(list) {
			return nil, fmt.Errorf("!Select has no entry %v", args[0])
		}
		return list[i], nil
	case "Split":
		var parts []any
		for part := range strings.SplitSeq(text(args[1]), text(args[0])) {
			parts = append(parts, part)
		}
		return parts, nil
	case "Join":
		list, ok := args[1].([]any)
		if !ok {
			return nil, fmt.Errorf("!Join needs a list, not %v", args[1])
		}
		var parts []string
		for _, part := range list {
			parts = append(parts, text(part))
		}
		return strings.Join(parts, text(args[0])), nil
	case "FindInMap":
		found, ok := r.src.Mappings[text(args[0])][text(args[1])][text(args[2])]
		if !ok {
			return nil, fmt.Errorf("!FindInMap: unknown key %v", args)
		}
		return found, nil
	default:
		return nil, fmt.Errorf("unsupported function !%s", name)
	}
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

// sub resolves !Sub. Its argument is a text, or a list of a text and its variables.
func (r *resolver) sub(arg any) (any, error) {
	variables := map[string]any{}
	if list, ok := arg.([]any); ok && len(list) == 2 {
		resolved, err := r.resolve(list[1])
		if err != nil {
			return nil, err
		}
		arg, variables = list[0], resolved.(map[string]any)
	}
	var firstErr error
	out := placeholder.ReplaceAllStringFunc(text(arg), func(match string) string {
		name := match[2 : len(match)-1]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		if v, ok := variables[name]; ok {
			return text(v)
		}
		v, err := r.named(name)
		if err != nil {
			firstErr = cmp.Or(firstErr, err)
		}
		return text(v)
	})
	return out, firstErr
}

// named resolves ${name} in a !Sub.
func (r *resolver) named(name string) (any, error) {
	if id, attribute, ok := strings.Cut(name, "."); ok {
		return r.attribute(id, attribute)
	}
	return r.ref(name)
}

// text formats a scalar like CloudFormation.
func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
