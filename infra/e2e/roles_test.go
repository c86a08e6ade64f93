package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/infra/stack"
)

// A deployment without a key of its own allows no use of any; and X-Ray, which has no resources, is
// the only reason for which a role may name all of them.
func TestRolesAllowOnlyWhatTheParametersAskFor(t *testing.T) {
	for name, c := range map[string]struct {
		parameters   map[string]string
		allResources string // the prefix of the actions that are allowed on *
	}{
		"by default":   {nil, "none"},
		"with tracing": {map[string]string{"Tracing": "Active"}, "xray:"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := stack.Load(filepath.Join(root, "template.yaml"), stack.Place{}, c.parameters)
			if err != nil {
				t.Fatal(err)
			}
			for function, f := range s.Functions {
				for _, statement := range f.Statements {
					for _, action := range statement.Action {
						if strings.HasPrefix(action, "kms:") {
							t.Errorf("%s may %s", function, action)
						}
						if statement.Resource[0] == "*" && !strings.HasPrefix(action, c.allResources) {
							t.Errorf("%s may %s on everything", function, action)
						}
					}
				}
			}
		})
	}
}
