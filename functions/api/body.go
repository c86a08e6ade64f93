package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	jsonType  = "application/json"
	patchType = "application/merge-patch+json"
)

// readBodies reads and checks the body of a request before the operation runs: at most RequestBody
// bytes of valid JSON with a JSON content type. Otherwise it responds with a problem that says
// where the error is.
//
// The content type is required because it makes browsers send a preflight request before another
// site's request.
func (s *server) readBodies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPost, http.MethodPut, http.MethodPatch:
		default:
			next.ServeHTTP(w, r)
			return
		}
		body, p := s.readBody(r)
		if p != nil {
			writeProblem(w, p)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func (s *server) readBody(r *http.Request) ([]byte, *Problem) {
	most := s.cfg.Limits.RequestBody
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	switch {
	case len(body) > most:
		return nil, newProblem(http.StatusRequestEntityTooLarge, "The body is larger than the %d bytes that are allowed.", most)
	case err != nil:
		return nil, newProblem(http.StatusBadRequest, "The body ended before it was complete.")
	case len(body) == 0:
		return nil, nil
	}
	if p := checkType(r); p != nil {
		return nil, p
	}
	if err := checkJSON(body); err != nil {
		p := newProblem(http.StatusBadRequest, "The body is not valid JSON.")
		p.Errors = faultsOf(err, "")
		return nil, p
	}
	return body, nil
}

func checkType(r *http.Request) *Problem {
	allowed := []string{jsonType}
	if r.Method == http.MethodPatch {
		allowed = []string{patchType, jsonType}
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, given := params["charset"]
	if err != nil || !slices.Contains(allowed, kind) || given && !slices.Contains(utf8Names, strings.ToLower(charset)) {
		p := newProblem(http.StatusUnsupportedMediaType, "Send JSON in UTF-8, with the header Content-Type: %s.", allowed[0])
		if r.Method == http.MethodPatch {
			p.header = http.Header{"Accept-Patch": {strings.Join(allowed, ", ")}}
		}
		return p
	}
	r.Header.Set("Content-Type", kind) // huma compares it case-sensitively
	return nil
}

// utf8Names are the charset names that clients use for UTF-8. RFC 8259 defines no charset
// parameter.
var utf8Names = []string{"utf-8", "utf8"}

// checkJSON returns where body is not valid JSON.
func checkJSON(body []byte) error {
	if !utf8.Valid(body) {
		return faults{{Location: "body", Message: "is not valid UTF-8"}}
	}
	err := json.Unmarshal(body, new(json.RawMessage))
	if err == nil {
		return nil
	}
	f := Fault{Location: "body", Message: err.Error()}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		f.Place = placeOf(body, max(int(syntax.Offset)-1, 0))
	}
	return faults{f}
}

func placeOf(text []byte, offset int) *Place {
	before := text[:min(offset, len(text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return &Place{
		Line:   1 + bytes.Count(before, []byte{'\n'}),
		Column: 1 + utf8.RuneCount(before[start:]),
		Offset: len(before),
		Length: min(1, len(text)-len(before)),
	}
}
