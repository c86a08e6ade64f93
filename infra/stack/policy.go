package stack

import (
	"fmt"
	"slices"
	"strings"
)

// A Statement of a role's policy.
type Statement struct {
	Sid       string
	Effect    string
	Action    []string // such as sqs:SendMessage
	Resource  []string // ARNs
	Condition map[string]map[string]any
}

// ByAWS reports whether the statement is for calls that AWS makes with the role, such as polling a
// queue and writing logs. Other statements are for calls of the function's code.
func (s Statement) ByAWS() bool { return strings.HasPrefix(s.Sid, "Aws") }

// Allows reports whether a statement allows the action on the resource, regardless of conditions.
func (f Function) Allows(action, resource string) bool {
	return slices.ContainsFunc(f.Statements, func(s Statement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Action, action) && slices.Contains(s.Resource, resource)
	})
}

// statements returns the statements of the role with the ARN.
func statements(resources map[string]Resource, r *resolver, role string) ([]Statement, error) {
	for _, id := range ids(resources, "AWS::IAM::Role") {
		if name, err := r.physicalName(id); err != nil || r.arn("iam", "role/"+name) != role {
			continue
		}
		var p struct {
			Policies []struct {
				PolicyDocument struct{ Statement []Statement }
			}
		}
		if err := into(resources[id].Properties, &p); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		var out []Statement
		for _, policy := range p.Policies {
			out = append(out, policy.PolicyDocument.Statement...)
		}
		return out, nil
	}
	return nil, fmt.Errorf("unknown role %s", role)
}
