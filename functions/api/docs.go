package api

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// The page at /docs is generated from the OpenAPI document, without scripts or resources of other
// hosts: it works in a frame, in print and under the strictest content security policy. It adds a
// few KB to the binary; an embedded Swagger UI would add megabytes.

//go:embed docs.css
var docsStyle string

// docsGuide is the part of the page about all operations and about receiving webhooks.
//
//go:embed docs_guide.html
var docsGuide string

// docsStyleHash returns the hash that allows the page's own style in its content security policy.
func docsStyleHash() string {
	sum := sha256.Sum256([]byte(docsStyle))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// docs writes the page.
type docs struct {
	strings.Builder
	doc *huma.OpenAPI
}

// docsPage returns the documentation page of the document.
func docsPage(doc *huma.OpenAPI, policy webhook.Policy) []byte {
	d := &docs{doc: doc}
	groups := d.groups()
	d.raw(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`)
	d.printf("<title>%s</title>", doc.Info.Title)
	d.raw("<style>" + docsStyle + "</style>")
	d.contents(groups)
	d.printf("<main><h1>%s</h1>", doc.Info.Title)
	for paragraph := range strings.SplitSeq(doc.Info.Description, "\n\n") {
		d.printf("<p>%s</p>", paragraph)
	}
	d.raw(`<p>The same for machines: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>`)
	d.raw(strings.NewReplacer(
		"{timeout}", webhook.InWords(policy.AttemptTimeout),
		"{longest}", webhook.InWords(policy.Schedule.MaxWait),
		"{headers}", headerRows(),
		"{schedule}", policy.Schedule.String(),
	).Replace(docsGuide))
	for _, g := range groups {
		d.printf("<h2>%s</h2>", g.name)
		for _, op := range g.operations {
			d.operation(op)
		}
	}
	d.raw("</main></html>\n")
	return []byte(d.String())
}

// headerRows returns the rows of the table of the headers that a delivery has.
func headerRows() string {
	var rows docs
	for _, h := range sentHeaders {
		rows.printf("<tr><td><code>%s</code><td>%s</tr>", h.name, h.value)
	}
	return rows.String()
}

// printf writes HTML with all arguments escaped.
func (d *docs) printf(format string, args ...string) {
	escaped := make([]any, len(args))
	for i, a := range args {
		escaped[i] = html.EscapeString(a)
	}
	fmt.Fprintf(d, format, escaped...)
}

func (d *docs) raw(html string) { d.WriteString(html) }

type docsGroup struct {
	name       string
	operations []*huma.Operation
}

// groups returns the operations grouped by tag, in the order of their paths.
func (d *docs) groups() []docsGroup {
	groups := []docsGroup{}
	for _, tag := range tags() {
		groups = append(groups, docsGroup{name: tag})
	}
	for _, item := range d.doc.Paths {
		for _, op := range []*huma.Operation{item.Post, item.Get, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			i := slices.IndexFunc(groups, func(g docsGroup) bool { return g.name == op.Tags[0] })
			groups[i].operations = append(groups[i].operations, op)
		}
	}
	order := []string{http.MethodPost, http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete}
	for _, g := range groups {
		slices.SortFunc(g.operations, func(a, b *huma.Operation) int {
			if c := strings.Compare(a.Path, b.Path); c != 0 {
				return c
			}
			return slices.Index(order, a.Method) - slices.Index(order, b.Method)
		})
	}
	return groups
}

func (d *docs) contents(groups []docsGroup) {
	d.raw(`<nav aria-label="Contents"><strong>Guide</strong><ul>`)
	d.raw(`<li><a href="#calling">How to call it</a></li><li><a href="#receiving">What your endpoint receives</a></li></ul>`)
	for _, g := range groups {
		d.printf("<strong>%s</strong><ul>", g.name)
		for _, op := range g.operations {
			d.printf(`<li><a href="#%s">%s</a></li>`, op.OperationID, op.Summary)
		}
		d.raw("</ul>")
	}
	d.raw("</nav>")
}
