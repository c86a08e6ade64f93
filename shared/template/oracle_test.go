package template_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// oracleLookup is the rule for paths once more, slow and plain: what encoding/json
// finds. It returns nil where the event has no value.
func oracleLookup(raw json.RawMessage, path []string) json.RawMessage {
	if len(path) == 0 {
		return bytes.TrimSpace(raw)
	}
	switch raw = bytes.TrimSpace(raw); raw[0] {
	case '{':
		var members map[string]json.RawMessage
		_ = json.Unmarshal(raw, &members)
		if value, ok := members[path[0]]; ok {
			return oracleLookup(value, path[1:])
		}
	case '[':
		var elements []json.RawMessage
		_ = json.Unmarshal(raw, &elements)
		if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < len(elements) && strconv.Itoa(i) == path[0] {
			return oracleLookup(elements[i], path[1:])
		}
	case '"':
		inner := bytes.TrimLeft([]byte(oracleText(raw)), " \t\r\n")
		if json.Valid(inner) && (inner[0] == '{' || inner[0] == '[') {
			return oracleLookup(inner, path)
		}
	}
	return nil
}

// oracleText is the text that a value becomes within a string.
func oracleText(raw json.RawMessage) string {
	switch {
	case raw == nil || string(raw) == "null":
		return ""
	case raw[0] == '"':
		var s string
		_ = json.Unmarshal(raw, &s)
		return s
	case raw[0] == '{' || raw[0] == '[':
		var compact bytes.Buffer
		_ = json.Compact(&compact, raw)
		return replaceLone(replaceInvalid(compact.String()))
	}
	return string(raw)
}

// units matches a surrogate pair, half of one, or another escape, in JSON.
var units = regexp.MustCompile(`\\u[dD][89abAB][[:xdigit:]]{2}\\u[dD][c-fC-F][[:xdigit:]]{2}|\\u[dD][89a-fA-F][[:xdigit:]]{2}|\\.`)

// replaceLone puts U+FFFD in the place of each escape that is half of a surrogate pair.
func replaceLone(s string) string {
	return units.ReplaceAllStringFunc(s, func(unit string) string {
		if len(unit) == len(`\ud800`) {
			return `\ufffd`
		}
		return unit
	})
}

// replaceInvalid puts U+FFFD in the place of each byte that is not UTF-8.
func replaceInvalid(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r) // range gives utf8.RuneError for each such byte
	}
	return b.String()
}

// decode returns what JSON holds, numbers as they are spelled.
func decode(raw []byte) (v any) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil || !utf8.Valid(raw) {
		return err
	}
	return v
}
