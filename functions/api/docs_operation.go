package api

import (
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

func (d *docs) operation(op *huma.Operation) {
	d.printf(`<section id="%s"><h3>%s</h3>`, op.OperationID, op.Summary)
	d.printf(`<p><span class="method">%s</span> <code>%s</code></p>`, op.Method, op.Path)
	if op.Description != "" {
		d.printf("<p>%s</p>", op.Description)
	}
	d.parameters(op)
	d.body(op)
	d.raw("<h4>Try it</h4>")
	d.printf("<pre>%s</pre>", d.curl(op))
	d.answers(op)
	d.raw("</section>")
}

func (d *docs) parameters(op *huma.Operation) {
	if len(op.Parameters) == 0 {
		return
	}
	d.raw("<h4>Parameters</h4><table><tr><th>Name<th>In<th>Meaning</tr>")
	for _, p := range op.Parameters {
		d.printf("<tr><td><code>%s</code><td>%s<td>%s</tr>", p.Name, p.In, p.Description)
	}
	d.raw("</table>")
}

func (d *docs) body(op *huma.Operation) {
	if op.RequestBody == nil {
		return
	}
	_, media := bodyOf(op)
	d.raw("<h4>Body</h4>")
	d.members(media.Schema, true)
}

// bodyOf returns the preferred content type of an operation's body.
func bodyOf(op *huma.Operation) (kind string, media *huma.MediaType) {
	if patch := op.RequestBody.Content[patchType]; patch != nil {
		return patchType, patch
	}
	return jsonType, op.RequestBody.Content[jsonType]
}

func (d *docs) answers(op *huma.Operation) {
	d.raw("<h4>Answers</h4><table>")
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		d.printf("<tr><td><code>%s</code><td>%s</tr>", status, op.Responses[status].Description)
	}
	d.raw("</table>")
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		media := op.Responses[status].Content[jsonType]
		if media == nil || media.Schema == nil {
			continue
		}
		d.printf("<details><summary>Response %s</summary><pre>%s</pre>", status, d.example(media.Schema, false))
		d.members(media.Schema, false)
		d.raw("</details>")
	}
}

// members lists the properties of an object that may be sent, or those in a response.
func (d *docs) members(s *huma.Schema, sent bool) {
	d.raw("<table><tr><th>Member<th>Type<th>Meaning</tr>")
	d.memberRows("", s, sent)
	d.raw("</table>")
}

// memberRows lists the properties of an object with the prefix, and those of nested objects:
// held.queued, attempts[].number. No type contains itself.
func (d *docs) memberRows(prefix string, s *huma.Schema, sent bool) {
	s, names := d.object(s)
	for _, name := range names {
		p := s.Properties[name]
		if p == nil || sent && p.ReadOnly {
			continue
		}
		kind := d.kind(p)
		if sent && slices.Contains(s.Required, name) {
			kind += ", required"
		}
		d.printf("<tr><td><code>%s</code><td>%s<td>%s</tr>", prefix+name, kind, p.Description)
		if p.Type == "array" {
			d.memberRows(prefix+name+"[].", p.Items, sent)
		} else {
			d.memberRows(prefix+name+".", p, sent)
		}
	}
}

// curl returns a curl command that calls the operation.
func (d *docs) curl(op *huma.Operation) string {
	lines := []string{"curl -X " + op.Method + " \"$API" + op.Path + "\"", "  -H \"Authorization: Bearer $TOKEN\""}
	if op.RequestBody != nil {
		kind, media := bodyOf(op)
		body := d.example(media.Schema, true)
		if media.Example != nil {
			body = string(marshal(media.Example))
		}
		lines = append(lines, "  -H 'Content-Type: "+kind+"'", "  -d '"+body+"'")
	}
	return strings.Join(lines, " \\\n")
}
