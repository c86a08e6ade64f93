// Package preset has ready-made settings for integrations with known services: templates that fit
// the service's rules, and what else a user needs to know. Each file in data is one preset; its name
// is the preset's id.
package preset

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed data/*.json
var data embed.FS

// Preset is the settings for one service.
type Preset struct {
	ID              string
	Name            string
	URLPattern      string // a regular expression for the service's URLs; "" if they can be any
	URLExample      string // "" without a pattern
	Setup           string // what to do at the service
	Limits          string // what the templates do about the service's limits
	Documentation   string // the service's own
	MaxPerMinute    int    // requests that the service accepts; 0 if it names no limit
	PayloadTemplate string
	HeadersTemplate string // "" if there are no headers
	Replace         []Replacement

	matches *regexp.Regexp // nil without a pattern
}

// Replacement is a text in the templates that the user must replace.
type Replacement struct {
	Text    string `json:"text"`
	With    string `json:"with"` // what to replace it with, for people
	Example string `json:"example"`
}

// file is the form of the files in data, in which templates are written as JSON, not as text.
type file struct {
	Name            string          `json:"name"`
	URLPattern      string          `json:"urlPattern"`
	URLExample      string          `json:"urlExample"`
	Setup           string          `json:"setup"`
	Limits          string          `json:"limits"`
	Documentation   string          `json:"documentation"`
	MaxPerMinute    int             `json:"maxPerMinute"`
	PayloadTemplate json.RawMessage `json:"payloadTemplate"`
	HeadersTemplate json.RawMessage `json:"headersTemplate"`
	Replace         []Replacement   `json:"replace"`
}

// All returns every preset by name. The caller must not change them.
func All() []Preset { return load() }

// ForURL returns the id of the preset whose service a request URL belongs to, or "".
func ForURL(raw string) string {
	raw = strings.TrimSpace(raw)
	for _, p := range load() {
		if p.matches != nil && p.matches.MatchString(raw) {
			return p.ID
		}
	}
	return ""
}

// Unreplaced returns the texts of presets in a template that its user should have replaced.
func Unreplaced(source string) []Replacement {
	var found []Replacement
	for _, p := range load() {
		for _, r := range p.Replace {
			if strings.Contains(source, r.Text) {
				found = append(found, r)
			}
		}
	}
	return found
}

// load reads the presets when they are first needed, which is not at a cold start. It panics if a
// file is malformed, which makes the tests fail.
var load = sync.OnceValue(func() []Preset {
	entries, err := data.ReadDir("data")
	must(err, "data")
	var all []Preset
	for _, e := range entries {
		text, err := data.ReadFile("data/" + e.Name())
		must(err, e.Name())
		all = append(all, parse(e.Name(), text))
	}
	slices.SortFunc(all, func(a, b Preset) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return all
})

func parse(name string, text []byte) Preset {
	var f file
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	must(d.Decode(&f), name)
	p := Preset{
		ID: strings.TrimSuffix(name, ".json"), Name: f.Name, URLPattern: f.URLPattern, URLExample: f.URLExample,
		Setup: f.Setup, Limits: f.Limits, Documentation: f.Documentation, MaxPerMinute: f.MaxPerMinute,
		PayloadTemplate: indented(name, f.PayloadTemplate), HeadersTemplate: indented(name, f.HeadersTemplate),
		Replace: f.Replace,
	}
	if p.URLPattern != "" {
		var err error
		p.matches, err = regexp.Compile("(?i)" + p.URLPattern)
		must(err, name)
	}
	return p
}

// indented returns a template as a user would write it.
func indented(name string, template json.RawMessage) string {
	if template == nil {
		return ""
	}
	var out bytes.Buffer
	must(json.Indent(&out, template, "", "  "), name)
	return out.String()
}

func must(err error, name string) {
	if err != nil {
		panic(fmt.Sprintf("preset %s: %v", name, err))
	}
}
