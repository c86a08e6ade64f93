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

// Version is the API version. Its major version is the first part of each path.
const Version = "1.0.0"

type server struct {
	cfg Config
	api huma.API
}

// New returns the API. It is safe for concurrent use. It returns an error if an origin is invalid.
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

// describe registers the operations and returns the mux that serves them.
func (s *server) describe() *http.ServeMux {
	mux := http.NewServeMux()
	s.api = humago.New(mux, config(s.cfg.Limits))
	s.routes()
	return mux
}

// now returns the current time as it is stored: in UTC, with milliseconds.
func (s *server) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Millisecond) }

func (s *server) schemas() huma.Registry { return s.api.OpenAPI().Components.Schemas }

// pages adds the OpenAPI document, its documentation, the schemas of events and the console.
func (s *server) pages(mux *http.ServeMux) {
	complete := sync.OnceFunc(s.describeWebhooks) // not at a cold start
	document := sync.OnceValue(func() []byte {
		complete()
		return marshalDocument(s.api.OpenAPI())
	})
	mux.HandleFunc("GET "+schemasPath+"{file}", s.schemaPage)
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(document())
	})
	page := sync.OnceValue(func() []byte {
		complete()
		return docsPage(s.api.OpenAPI(), s.cfg.Policy)
	})
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

// schemaPage serves /schemas/{type}.json: the JSON Schema of the events of a type.
func (s *server) schemaPage(w http.ResponseWriter, r *http.Request) {
	name, isJSON := strings.CutSuffix(r.PathValue("file"), ".json")
	schema, ok := s.schemaOfType(name)
	if !isJSON || !ok {
		writeProblem(w, newProblem(http.StatusNotFound, "Not found: there is a schema for each of %s, at "+schemasPath+"{type}.json.", s.cfg.EventTypes))
		return
	}
	w.Header().Set("Content-Type", "application/schema+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(marshalDocument(schema))
}

func marshalDocument(doc any) []byte {
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // a programming error, which makes the tests fail
	}
	return append(text, '\n')
}

// config returns huma's configuration: only JSON, without its own pages.
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
			"json":   huma.DefaultJSONFormat, // for content types that end in +json
		},
		DefaultFormat:                jsonType,
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{fromHuma},
	}
}

type userKey struct{}

// userOf returns the caller's id, which is never empty after identify.
func userOf(ctx context.Context) string {
	id, _ := ctx.Value(userKey{}).(string)
	return id
}

// identify rejects unknown callers.
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

// plusInTime matches the plus sign of a UTC offset that a client did not escape: in a query it
// would be decoded as a space.
var plusInTime = regexp.MustCompile(`(T\d\d(?::|%3A)\d\d(?:(?::|%3A)\d\d(?:\.\d+)?)?)\+(\d\d)`)

// joinLines joins the lines of a list header (RFC 9110, section 5.3), because huma reads only the
// first.
func joinLines(h http.Header, name string) {
	if lines := h.Values(name); len(lines) > 1 {
		h.Set(name, strings.Join(lines, ", "))
	}
}
