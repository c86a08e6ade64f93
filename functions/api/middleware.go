package api

import (
	"encoding/json"
	"net/http"
	"strings"
)

// routed serves what the mux knows, and answers the rest with problems: 404, or
// 405 with what is allowed.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		unknown, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		answer := &discarder{header: http.Header{}}
		unknown.ServeHTTP(answer, r)
		if answer.status != http.StatusMethodNotAllowed {
			writeProblem(w, newProblem(http.StatusNotFound, "Not found: no route has this path; GET /docs lists the routes."))
			return
		}
		p := newProblem(http.StatusMethodNotAllowed, "Method %s not allowed; allowed: %s.", r.Method, answer.header.Get("Allow"))
		p.header = http.Header{"Allow": answer.header["Allow"]}
		writeProblem(w, p)
	})
}

// discarder takes the mux's own answer for its status and headers.
type discarder struct {
	header http.Header
	status int
}

func (d *discarder) Header() http.Header         { return d.header }
func (d *discarder) WriteHeader(status int)      { d.status = status }
func (d *discarder) Write(b []byte) (int, error) { return len(b), nil }

// guarded sets the headers that keep browsers from doing more with an answer than
// it is for.
func (s *server) guarded(next http.Handler) http.Handler {
	ancestors := "'none'"
	if len(s.cfg.FrameAncestors) > 0 {
		ancestors = strings.Join(s.cfg.FrameAncestors, " ")
	}
	policy := "default-src 'none'; frame-ancestors " + ancestors
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses requests that a browser sends for another site's page.
func (s *server) sameOrigin(next http.Handler) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range s.cfg.Origins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, newProblem(http.StatusForbidden, "Cross-origin request refused: a page of another site may not do this."))
	}))
	return protection.Handler(next), nil
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p) // a caller who went away needs no answer
}
