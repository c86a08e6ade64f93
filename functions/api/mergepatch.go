package api

import "encoding/json"

// mergePatch applies a JSON merge patch to a JSON document (RFC 7396): fields of the patch replace
// the document's, null removes them, objects are merged, and all other values, including lists, are
// replaced. Both must be valid JSON.
func mergePatch(doc, patch json.RawMessage) json.RawMessage {
	changes, ok := object(patch)
	if !ok {
		return patch
	}
	members, ok := object(doc)
	if !ok {
		members = map[string]json.RawMessage{}
	}
	for name, change := range changes {
		if string(change) == "null" {
			delete(members, name)
			continue
		}
		members[name] = mergePatch(members[name], change)
	}
	merged, _ := json.Marshal(members) // cannot fail: all parts are valid JSON
	return merged
}

// object returns the fields of a JSON object, or false for any other value.
func object(raw json.RawMessage) (map[string]json.RawMessage, bool) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil || members == nil {
		return nil, false
	}
	return members, true
}
