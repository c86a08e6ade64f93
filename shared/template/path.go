package template

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/thordata/webhook-integration/shared/hint"
)

// maxPath is the maximum number of names in a path. The platform's events are less deep. It also
// limits the recursion of rendering.
const maxPath = 32

// parsePath parses the text between the braces, without surrounding white space, into the keys and
// indexes that lead from the event's root to the value.
func parsePath(text string) ([]string, *Fault) {
	if text == "" {
		return nil, &Fault{Message: "empty placeholder: name a variable, as in {{userId}}"}
	}
	if i := strings.IndexFunc(text, notInPath); i >= 0 {
		return nil, &Fault{Message: badPath(text, i)}
	}
	path := strings.Split(text, ".")
	if len(path) > maxPath {
		return nil, &Fault{Message: fmt.Sprintf("a path has at most %d parts, this one has %d", maxPath, len(path))}
	}
	for _, part := range path {
		if part == "" {
			return nil, &Fault{Message: fmt.Sprintf("the path %q has an empty part: write one dot between two names", text)}
		}
	}
	return resolve(text, path)
}

// resolve replaces a short name with the full path.
func resolve(text string, path []string) ([]string, *Fault) {
	if path[0] == globals {
		if _, ok := lookupVariable(text); !ok {
			return nil, &Fault{
				Message:    fmt.Sprintf("unknown variable %q: globals holds dateISO and dateUnix", text),
				Suggestion: hint.Nearest(text, variableNames()),
			}
		}
		return path, nil
	}
	root, ok := lookupVariable(path[0])
	if !ok {
		return nil, &Fault{Message: fmt.Sprintf("unknown variable %q", path[0]), Suggestion: hint.Nearest(path[0], variableNames())}
	}
	if root.Path == root.Name {
		return path, nil
	}
	return append(strings.Split(root.Path, "."), path[1:]...), nil
}

func notInPath(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("{}[]()<>\"'`\\|", r)
}

func badPath(text string, at int) string {
	switch r := []rune(text[at:])[0]; {
	case r == '[' || r == ']':
		return "brackets are not used in paths: write list indexes with dots, as in {{resource.items.0.name}}"
	case r == '\\':
		return "escapes cannot be used in a path: write the character itself"
	case unicode.IsSpace(r):
		return fmt.Sprintf("%q is not a path: names have no blanks inside", text)
	default:
		return fmt.Sprintf("%q is not a path: %q is not allowed in a name", text, r)
	}
}
