package stack

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
)

// notStored are properties that moto checks or ignores, but does not return.
var notStored = map[string][]string{
	"AWS::CodeDeploy::DeploymentGroup": {"AlarmConfiguration"},
	"AWS::Cognito::UserPoolClient":     {"GenerateSecret"},
	"AWS::IAM::Role":                   {"ManagedPolicyArns"}, // only SAM's role for CodeDeploy has one
	"AWS::Lambda::EventInvokeConfig":   {"FunctionName", "Qualifier"},
	"AWS::Lambda::EventSourceMapping":  {"FunctionName"}, // moto takes the version for the alias
	"AWS::Lambda::Function":            {"Code", "Layers", "LoggingConfig", "Tags"},
}

func without(properties map[string]any, names []string) map[string]any {
	out := maps.Clone(properties)
	for _, name := range names {
		delete(out, name)
	}
	return out
}

// missing returns what is in want and not in got. Scalars are compared as text, and maps in got may have more keys.
func missing(path string, want, got any) []string {
	want, got = plainJSON(want), plainJSON(got)
	switch want := want.(type) {
	case map[string]any:
		return missingKeys(path, want, got)
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return []string{fmt.Sprintf("%s = %v, want %v", path, got, want)}
		}
		var diffs []string
		for i := range want {
			diffs = append(diffs, missing(fmt.Sprint(path, ".", i), want[i], list[i])...)
		}
		return diffs
	}
	if scalarText(want) != scalarText(got) {
		return []string{fmt.Sprintf("%s = %v, want %v", path, got, want)}
	}
	return nil
}

// scalarText formats 5 and 5.0 alike, and a function's version, which is only known after its deployment.
func scalarText(v any) string {
	s := strings.TrimSuffix(text(v), ".0")
	if strings.HasSuffix(s, ".Version.Version") {
		return "1"
	}
	return s
}

func missingKeys(path string, want map[string]any, got any) (diffs []string) {
	m, ok := got.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s = %v, want %v", path, got, want)}
	}
	for key, v := range want {
		diffs = append(diffs, missing(path+"."+key, v, m[key])...)
	}
	return diffs
}

// plainJSON turns typed maps into those of encoding/json.
func plainJSON(v any) any {
	if kind := reflect.ValueOf(v).Kind(); kind != reflect.Map && kind != reflect.Slice {
		return v
	}
	var out any
	raw, err := json.Marshal(v)
	if err == nil && into(v, &out) == nil {
		return out
	}
	return fmt.Sprint(v, string(raw))
}
