package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/infra/stack"
)

// Without a KMS key in its parameters, a deployment allows no use of keys. Only X-Ray, which has no
// resources, is allowed on all resources.
func TestRolesDependOnParameters(t *testing.T) {
	for name, c := range map[string]struct {
		parameters   map[string]string
		allResources string // prefix of the actions allowed on *
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
