package api

import (
	"encoding/json"
	"net/http"
	"strings"
)

// routed adds problem documents to mux: 404 for unknown paths, and 405 with the allowed methods.
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

// discarder captures the status and headers of the mux's own response and discards its body.
type discarder struct {
	header http.Header
	status int
}

func (d *discarder) Header() http.Header         { return d.header }
func (d *discarder) WriteHeader(status int)      { d.status = status }
func (d *discarder) Write(b []byte) (int, error) { return len(b), nil }

// guarded sets security headers that restrict what browsers do with a response.
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

// sameOrigin rejects requests that a browser sends for a page of another site.
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
	_ = enc.Encode(p) // an error means that the client has disconnected
}
