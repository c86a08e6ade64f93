package template_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// oracleValue is a value behind filters, slow and plain: text if there is any, else JSON.
type oracleValue struct {
	raw     json.RawMessage // nil: missing
	text    *string
	slacked bool
}

// value is what a placeholder alone becomes, as encoding/json decodes it.
func (v oracleValue) value() any {
	if v.text != nil {
		return *v.text
	}
	if v.raw == nil {
		return nil
	}
	return decode([]byte(replaceInvalid(string(v.raw))))
}

// spelled is what a placeholder in a longer string becomes.
func (v oracleValue) spelled() string {
	if v.text != nil {
		return *v.text
	}
	return oracleText(v.raw)
}

func (v oracleValue) orElse(raw json.RawMessage) oracleValue {
	if v.text != nil && *v.text == "" || v.text == nil && (v.raw == nil || string(v.raw) == "null" || string(v.raw) == `""`) {
		return oracleValue{raw: raw}
	}
	return v
}

// partOfEscape matches what limit may leave at the end of text that slack has escaped.
var partOfEscape = regexp.MustCompile(`&[a-z]*$`)

func (v oracleValue) limit(n int) oracleValue {
	runes := []rune(v.spelled())
	if len(runes) <= n {
		return oracleValue{text: new(string(runes)), slacked: v.slacked}
	}
	text := string(runes[:n])
	if v.slacked {
		text = partOfEscape.ReplaceAllString(text, "")
	}
	return oracleValue{text: &text, slacked: v.slacked}
}

func (v oracleValue) filter(name string) oracleValue {
	switch name {
	case "slack":
		escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(v.spelled())
		return oracleValue{text: &escaped, slacked: true}
	case "json":
		return oracleValue{text: new(v.json()), slacked: v.slacked}
	}
	return oracleValue{text: new(v.spelled()), slacked: v.slacked}
}

// lineSeparators matches the escapes that encoding/json writes for JavaScript's sake, and others to step over.
var lineSeparators = regexp.MustCompile(`\\u202[89]|\\.`)

func (v oracleValue) json() string {
	var b bytes.Buffer
	switch {
	case v.text != nil:
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(*v.text)
		return lineSeparators.ReplaceAllStringFunc(strings.TrimSuffix(b.String(), "\n"), func(escape string) string {
			if len(escape) > 2 {
				return oracleText(json.RawMessage(`"` + escape + `"`))
			}
			return escape
		})
	case v.raw == nil:
		return "null"
	}
	_ = json.Compact(&b, v.raw)
	return replaceLone(replaceInvalid(b.String()))
}
