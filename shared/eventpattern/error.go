package eventpattern

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/hint"
)

// Error is what is wrong with a pattern. Its text is shown to the person who wrote it.
type Error struct {
	Line       int    `json:"line"`                 // counted from 1
	Column     int    `json:"column"`               // counted from 1, in characters
	Offset     int    `json:"offset"`               // bytes from the pattern's start
	Length     int    `json:"length"`               // bytes that are wrong; 0 where something is missing
	Path       string `json:"path,omitempty"`       // the field that it is about, as in resource.apiCode
	Message    string `json:"message"`              // what is wrong and, mostly, what to write instead
	Suggestion string `json:"suggestion,omitempty"` // the known word that was probably meant
}

// Error reads like: line 1, column 14: resource.apiCode: unknown operator "prefx"; did you mean "prefix"?
func (e *Error) Error() string {
	s := fmt.Sprintf("line %d, column %d: ", e.Line, e.Column)
	if e.Path != "" {
		s += e.Path + ": "
	}
	s += e.Message
	if e.Suggestion != "" {
		s += fmt.Sprintf("; did you mean %q?", e.Suggestion)
	}
	return s
}

// newError returns an error about the bytes of src from start to end.
func newError(src []byte, start, end int, message string) *Error {
	e := &Error{Offset: start, Length: end - start, Message: message}
	e.Line, e.Column = hint.Position(string(src), start)
	return e
}

// syntaxError says why src is not JSON, or not an object.
func syntaxError(src []byte) *Error {
	if !utf8.Valid(src) {
		at := 0
		for r, n := utf8.DecodeRune(src); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(src[at:]) {
			at += n
		}
		return newError(src, at, at+1, "this byte is not UTF-8")
	}
	var anything json.RawMessage
	err := json.Unmarshal(src, &anything)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at := min(max(int(syntax.Offset)-1, 0), len(src))
		if int(syntax.Offset) >= len(src) && syntax.Error() == "unexpected end of JSON input" {
			at = len(src)
		}
		return newError(src, at, min(at+1, len(src)), "not JSON: "+syntax.Error())
	}
	return newError(src, 0, len(src), `a pattern is a JSON object, as in {"eventType": ["ACTOR.RUN.SUCCEEDED"]}`)
}
