package stack

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reads matches a call that reads a variable, such as r.Text("CALLER_CLAIM", "sub").
var reads = regexp.MustCompile(`\br\.(?:Required|URL|Text|Bool|Int|Duration)\("([A-Z_]+)"|\bsettings\.Parse\(r, "([A-Z_]+)"`)

// A variable that is set but not read is a parameter without effect. One that is read but not set
// is a setting that no deployment can change.
func TestFunctionsReadTheirEnvironment(t *testing.T) {
	for name, f := range load(t, nil).Functions {
		source, err := os.ReadFile(filepath.Join("../..", f.CodeURI, "config.go"))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(source, []byte("r.Policy()")) {
			policy, err := os.ReadFile("../../shared/settings/policy.go")
			if err != nil {
				t.Fatal(err)
			}
			source = append(source, policy...)
		}
		read := map[string]bool{}
		for _, m := range reads.FindAllSubmatch(source, -1) {
			read[string(m[1])+string(m[2])] = true
		}
		set := map[string]bool{}
		for v := range f.Environment {
			if !strings.HasPrefix(v, "AWS_ENDPOINT_URL_") { // read by the SDK's configuration
				set[v] = true
			}
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(set)), slices.Sorted(maps.Keys(read))); diff != "" {
			t.Errorf("%s (-set by the template, +read by %s):\n%s", name, f.CodeURI, diff)
		}
	}
}
