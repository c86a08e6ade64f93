package stack

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// rules returns an error with the description of each violated assertion.
func (r *resolver) rules() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(r.src.Rules)) {
		if err := r.rule(r.src.Rules[name]); err != nil {
			errs = append(errs, fmt.Errorf("rule %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

func (r *resolver) rule(rule ruleSource) error {
	if rule.RuleCondition != nil {
		if applies, err := r.truth(rule.RuleCondition.v); err != nil || !applies {
			return err
		}
	}
	for _, a := range rule.Assertions {
		if ok, err := r.truth(a.Assert.v); err != nil {
			return err
		} else if !ok {
			return errors.New(a.AssertDescription)
		}
	}
	return nil
}
