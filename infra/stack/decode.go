package stack

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// source is the parsed template, with unresolved intrinsic functions.
type source struct {
	Parameters map[string]Parameter
	Globals    struct {
		Function value `yaml:"Function"`
	}
	Mappings   map[string]map[string]map[string]string
	Conditions map[string]value
	Rules      map[string]ruleSource
	Resources  map[string]written
	Outputs    map[string]output
}

// ruleSource is a rule about parameters.
type ruleSource struct {
	RuleCondition *value `yaml:"RuleCondition"`
	Assertions    []struct {
		Assert            value  `yaml:"Assert"`
		AssertDescription string `yaml:"AssertDescription"`
	} `yaml:"Assertions"`
}

type written struct {
	Type                string `yaml:"Type"`
	Condition           string `yaml:"Condition"`
	DeletionPolicy      string `yaml:"DeletionPolicy"`
	UpdateReplacePolicy string `yaml:"UpdateReplacePolicy"`
	Properties          value  `yaml:"Properties"`
}

type output struct {
	Condition string `yaml:"Condition"`
	Value     value  `yaml:"Value"`
}

// A Parameter of the template.
type Parameter struct {
	Type                  string   `yaml:"Type"`
	Default               *string  `yaml:"Default"`
	Description           string   `yaml:"Description"`
	ConstraintDescription string   `yaml:"ConstraintDescription"`
	AllowedValues         []string `yaml:"AllowedValues"`
	AllowedPattern        string   `yaml:"AllowedPattern"`
	MinValue              *float64 `yaml:"MinValue"`
	MaxValue              *float64 `yaml:"MaxValue"`
	MinLength             *int     `yaml:"MinLength"`
	MaxLength             *int     `yaml:"MaxLength"`
}

// value is a YAML value in which intrinsic functions are calls.
type value struct{ v any }

// call is an unresolved intrinsic function. Its name is without the prefix Fn::.
type call struct {
	name string
	arg  any
}

func decode(text []byte) (*source, error) {
	var sections map[string]yaml.Node
	if err := yaml.Unmarshal(text, &sections); err != nil {
		return nil, err
	}
	var s source
	for name, into := range map[string]any{
		"Parameters": &s.Parameters,
		"Mappings":   &s.Mappings,
		"Conditions": &s.Conditions,
		"Rules":      &s.Rules,
		"Resources":  &s.Resources,
		"Outputs":    &s.Outputs,
		"Globals":    &s.Globals,
	} {
		node := sections[name]
		if err := node.Decode(into); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return &s, nil
}

// UnmarshalYAML turns tags like !Ref into calls.
func (v *value) UnmarshalYAML(n *yaml.Node) (err error) {
	v.v, err = plain(n)
	return err
}

func plain(n *yaml.Node) (any, error) {
	if name, ok := strings.CutPrefix(n.Tag, "!"); ok && !strings.HasPrefix(name, "!") {
		untagged := *n
		untagged.Tag = ""
		if untagged.Kind == yaml.ScalarNode {
			return call{name, n.Value}, nil
		}
		arg, err := plain(&untagged)
		return call{name, arg}, err
	}
	switch n.Kind {
	case yaml.MappingNode:
		return plainMap(n)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			var err error
			if list[i], err = plain(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case yaml.ScalarNode:
		var scalar any
		err := n.Decode(&scalar)
		return scalar, err
	default:
		return nil, fmt.Errorf("line %d: CloudFormation does not support YAML anchors", n.Line)
	}
}

func plainMap(n *yaml.Node) (any, error) {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		item, err := plain(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		m[n.Content[i].Value] = item
	}
	return m, nil
}
