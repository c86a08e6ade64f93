package stack

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// combinations returns trials in which every combination of two conditions occurs, and of all that one
// value depends on. It fails if a condition is never true or never false: then switches lacks a parameter.
func combinations(t *testing.T) []trial {
	t.Helper()
	file, err := os.ReadFile(templatePath)
	if err != nil {
		t.Fatal(err)
	}
	src, err := decode(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, parameters := range switches {
		for name, value := range parameters {
			if err := src.Parameters[name].admits(value); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	groups := together(src)
	seen := map[string]bool{}
	var out []trial
	random := rand.New(rand.NewPCG(1, 2))
	for range 6000 {
		c := anyTrial(random)
		r, err := newResolver(src, c.place().orDefaults(), c.Parameters)
		if err != nil {
			t.Fatal(err)
		}
		if r.rules() != nil {
			continue
		}
		if found := combined(t, r, groups, seen); found {
			out = append(out, c)
		}
	}
	for name := range src.Conditions {
		for _, is := range []bool{true, false} {
			if !seen[fmt.Sprint(name, "=", is)] {
				t.Fatalf("the condition %s is never %v: add its parameters to switches", name, is)
			}
		}
	}
	return out
}

// anyTrial sets each switch or not.
func anyTrial(random *rand.Rand) trial {
	regions := []string{"us-east-1", "us-east-1", "us-gov-west-1", "cn-north-1"}
	c := trial{Stack: "webhooks", Region: regions[random.IntN(len(regions))], Parameters: map[string]string{}}
	for _, parameters := range switches {
		if random.IntN(2) == 0 {
			maps.Copy(c.Parameters, parameters)
		}
	}
	return c
}

// combined marks the combinations that r has, and reports whether there is a new one.
func combined(t *testing.T, r *resolver, groups [][]string, seen map[string]bool) (isNew bool) {
	t.Helper()
	for _, group := range groups {
		var key []string
		for _, name := range group {
			is, err := r.holds(name)
			if err != nil {
				t.Fatal(err)
			}
			key = append(key, fmt.Sprint(name, "=", is))
		}
		if k := strings.Join(key, " "); !seen[k] {
			seen[k], isNew = true, true
		}
	}
	return isNew
}

// together returns each condition, each pair, and the conditions that one value of a resource depends on.
func together(src *source) [][]string {
	var groups [][]string
	for name := range src.Conditions {
		groups = append(groups, []string{name})
		for other := range src.Conditions {
			groups = append(groups, []string{name, other})
		}
	}
	for _, res := range src.Resources {
		for _, v := range values(res.Properties.v) {
			found := map[string]bool{}
			if res.Condition != "" {
				found[res.Condition] = true
			}
			conditionsIn(v, found)
			groups = append(groups, slices.Sorted(maps.Keys(found)))
		}
	}
	return groups
}

// values returns what is in maps and is not a map.
func values(v any) (all []any) {
	m, ok := v.(map[string]any)
	if !ok {
		return []any{v}
	}
	for _, item := range m {
		all = append(all, values(item)...)
	}
	return all
}

func conditionsIn(v any, found map[string]bool) {
	switch v := v.(type) {
	case call:
		if list, ok := v.arg.([]any); ok && v.name == "If" {
			found[text(list[0])] = true
		}
		conditionsIn(v.arg, found)
	case map[string]any:
		for _, item := range v {
			conditionsIn(item, found)
		}
	case []any:
		for _, item := range v {
			conditionsIn(item, found)
		}
	}
}
