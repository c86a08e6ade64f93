package inbox

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
)

//go:embed page.html
var page string

//go:embed page.css
var style string

var pageTemplate = template.Must(template.New("inbox").Funcs(template.FuncMap{
	"pretty": pretty,
	"sorted": func(h http.Header) []string { return slices.Sorted(maps.Keys(h)) },
}).Parse(page))

// policy allows the page's own style and nothing else, because the page shows untrusted content.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// show responds with HTML to browsers and with JSON to other clients.
func (in *Inboxes) show(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if !validName.MatchString(name) {
		http.Error(w, "an inbox's name has 1 to 64 letters, digits, - and _", http.StatusNotFound)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	requests := in.Requests(name)
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"requests": requests})
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	_ = pageTemplate.Execute(w, map[string]any{"Name": name, "Requests": requests, "Style": template.CSS(style)})
}

// pretty indents JSON and returns any other text unchanged.
func pretty(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}
