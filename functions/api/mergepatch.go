package api

import "encoding/json"

// mergePatch applies a JSON merge patch to a JSON document (RFC 7396): members of
// the patch replace the document's, null removes them, objects are merged, and
// everything else, lists included, is replaced as a whole. Both must be valid JSON.
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
	merged, _ := json.Marshal(members) // valid JSON all through
	return merged
}

// object returns the members of a JSON object, false for any other value.
func object(raw json.RawMessage) (map[string]json.RawMessage, bool) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil || members == nil {
		return nil, false
	}
	return members, true
}
