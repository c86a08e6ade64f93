package stack

import (
	"encoding/json"
	"maps"
)

// SAMLocal returns a file for `sam local invoke --env-vars`: the environment of each function by its
// logical id, with additional variables. SAM ignores variables that the template does not have.
func (s *Stack) SAMLocal(extra map[string]string) ([]byte, error) {
	file := map[string]map[string]string{}
	for _, f := range s.Functions {
		env := maps.Clone(f.Environment)
		maps.Copy(env, extra)
		file[f.ID] = env
	}
	return json.MarshalIndent(file, "", "  ")
}
