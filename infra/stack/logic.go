package stack

import "fmt"

// logic resolves condition functions.
func (r *resolver) logic(c call) (any, error) {
	if c.name == "Condition" {
		return r.holds(text(c.arg))
	}
	args, ok := c.arg.([]any)
	if !ok || len(args) == 0 {
		return nil, fmt.Errorf("!%s needs a list", c.name)
	}
	switch c.name {
	case "If":
		return r.choose(args)
	case "Equals":
		return r.equal(args)
	case "Not":
		is, err := r.truth(args[0])
		return !is, err
	default:
		return r.combine(c.name, args)
	}
}

// choose resolves only the chosen branch, because the other may refer to a resource that does not exist.
func (r *resolver) choose(args []any) (any, error) {
	if len(args) != 3 {
		return nil, fmt.Errorf("!If needs a condition and two values")
	}
	is, err := r.holds(text(args[0]))
	if err != nil {
		return nil, err
	}
	if is {
		return r.resolve(args[1])
	}
	return r.resolve(args[2])
}

func (r *resolver) equal(args []any) (any, error) {
	both, err := r.resolve(args)
	if err != nil {
		return nil, err
	}
	list := both.([]any)
	return len(list) == 2 && text(list[0]) == text(list[1]), nil
}

// combine resolves And and Or.
func (r *resolver) combine(name string, args []any) (any, error) {
	for _, arg := range args {
		is, err := r.truth(arg)
		if err != nil {
			return nil, err
		}
		if is == (name == "Or") {
			return is, nil
		}
	}
	return name == "And", nil
}

func (r *resolver) truth(v any) (bool, error) {
	resolved, err := r.resolve(v)
	is, ok := resolved.(bool)
	if err == nil && !ok {
		err = fmt.Errorf("%v is not a condition", v)
	}
	return is, err
}

// holds reports whether the named condition is true; "" always is.
func (r *resolver) holds(condition string) (bool, error) {
	if condition == "" {
		return true, nil
	}
	v, ok := r.src.Conditions[condition]
	if !ok {
		return false, fmt.Errorf("unknown condition %s", condition)
	}
	return r.truth(v.v)
}
