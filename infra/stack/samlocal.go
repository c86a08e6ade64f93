package stack

import (
	"encoding/json"
	"maps"
)

// SAMLocal returns the file that `sam local invoke --env-vars` takes: the environment of each
// function by its logical id, as it is here, with the extra variables laid over. SAM passes on
// only variables that the template names.
func (s *Stack) SAMLocal(extra map[string]string) ([]byte, error) {
	file := map[string]map[string]string{}
	for _, f := range s.Functions {
		env := maps.Clone(f.Environment)
		maps.Copy(env, extra)
		file[f.ID] = env
	}
	return json.MarshalIndent(file, "", "  ")
}
