package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// Version is the version of the API, which the first part of each path repeats.
const Version = "1.0.0"

type server struct {
	cfg Config
	api huma.API
}

// New returns the API. It is safe for concurrent use. The error is about Origins.
func New(cfg Config) (http.Handler, error) {
	s := &server{cfg: cfg.withDefaults()}
	mux := s.describe()
	s.pages(mux)
	h, err := s.sameOrigin(s.readBodies(routed(mux)))
	if err != nil {
		return nil, fmt.Errorf("origins: %w", err)
	}
	return s.guarded(s.logged(h)), nil
}

// describe makes the operations, and returns the mux that serves them.
func (s *server) describe() *http.ServeMux {
	mux := http.NewServeMux()
	s.api = humago.New(mux, config(s.cfg.Limits))
	s.routes()
	return mux
}

// now is the present as it is stored: in UTC, to the millisecond.
func (s *server) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Millisecond) }

func (s *server) schemas() huma.Registry { return s.api.OpenAPI().Components.Schemas }

// pages adds what is for people, and the document that describes the rest.
func (s *server) pages(mux *http.ServeMux) {
	document := sync.OnceValue(func() []byte { return marshalDocument(s.api.OpenAPI()) })
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(document())
	})
	page := sync.OnceValue(func() []byte { return docsPage(s.api.OpenAPI(), s.cfg.Policy) })
	mux.HandleFunc("GET /docs", func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; style-src '"+docsStyleHash()+"'")
		_, _ = w.Write(page())
	})
	if s.cfg.Console != nil {
		mux.Handle("/console", s.cfg.Console)
		mux.Handle("/console/", s.cfg.Console)
	}
}

func marshalDocument(doc *huma.OpenAPI) []byte {
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // a fault of the code, which a test would meet first
	}
	return append(text, '\n')
}

// config is huma's configuration: JSON alone, no pages of its own.
func config(l webhook.Limits) huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Webhook Integrations", Version: Version, Description: about(l)},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"user": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "A token of the deployment's issuer. On a local node, use the header X-User-Id instead."},
				},
			},
			Security: []map[string][]string{{"user": {}}},
		},
		Formats: map[string]huma.Format{
			jsonType: huma.DefaultJSONFormat,
			"json":   huma.DefaultJSONFormat, // of types that end in +json
		},
		DefaultFormat:                jsonType,
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{fromHuma},
	}
}

type userKey struct{}

// userOf returns the caller's id. It is never "": identify sees to that.
func userOf(ctx context.Context) string {
	id, _ := ctx.Value(userKey{}).(string)
	return id
}

// identify lets in callers who are known.
func (s *server) identify(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	id, ok := s.cfg.Caller(r)
	if !ok || id == "" {
		p := newProblem(http.StatusUnauthorized, "Authentication required: send an Authorization header with a valid token.")
		p.header = http.Header{"Www-Authenticate": {"Bearer"}}
		writeProblem(w, p)
		return
	}
	requestOf(r.Context()).userID = id
	r.URL.RawQuery = plusInTime.ReplaceAllString(r.URL.RawQuery, "$1%2B$2")
	joinLines(r.Header, "If-Match")
	joinLines(r.Header, "If-None-Match")
	next(huma.WithValue(ctx, userKey{}, id))
}

// plusInTime matches the sign of an offset that a client did not escape in a query, where a plus sign
// stands for a space.
var plusInTime = regexp.MustCompile(`(T\d\d(?::|%3A)\d\d(?:(?::|%3A)\d\d(?:\.\d+)?)?)\+(\d\d)`)

// joinLines makes one line of a list that came in several (RFC 9110, section 5.3),
// of which huma would read the first.
func joinLines(h http.Header, name string) {
	if lines := h.Values(name); len(lines) > 1 {
		h.Set(name, strings.Join(lines, ", "))
	}
}
