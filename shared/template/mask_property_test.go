package template_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thordata/webhook-integration/shared/template"
)

// drawEvent draws a JSON value in which values at the ends of paths are drawn by secret. All other texts
// are free of the letter of secrets.
func drawEvent(t *rapid.T, paths [][]string, depth int, secret func() string) string {
	if slices.ContainsFunc(paths, func(p []string) bool { return len(p) == 0 }) {
		return secret()
	}
	kind := rapid.SampledFrom([]string{"object", "object", "array", "embedded", "scalar"}).Draw(t, "kind")
	if depth == 0 {
		kind = "scalar"
	}
	below := func(name string) (rest [][]string) {
		for _, p := range paths {
			if p[0] == name {
				rest = append(rest, p[1:])
			}
		}
		return rest
	}
	switch kind {
	case "embedded":
		inner := drawEvent(t, paths, depth-1, secret)
		quoted, _ := json.Marshal(inner)
		if first := strings.TrimSpace(inner)[0]; first != '{' && first != '[' {
			return `"plain \" text"`
		}
		return string(quoted)
	case "array":
		elements := make([]string, rapid.IntRange(0, 3).Draw(t, "length"))
		for i := range elements {
			elements[i] = drawEvent(t, below(string(rune('0'+i))), depth-1, secret)
		}
		return "[" + strings.Join(elements, " , ") + "]"
	case "object":
		members := make([]string, rapid.IntRange(1, 4).Draw(t, "members"))
		for i := range members {
			name := rapid.SampledFrom([]string{"a", "b", "0", "1"}).Draw(t, "name")
			spelled := name
			if name == "a" && rapid.Bool().Draw(t, "escape") {
				spelled = `\u0061`
			}
			members[i] = `"` + spelled + `" : ` + drawEvent(t, below(name), depth-1, secret)
		}
		return "{ " + strings.Join(members, " ,") + "}"
	}
	return rapid.SampledFrom([]string{"1", "-2.50", "true", "null", `""`, `"x"`, `"a \"quoted\" \\ <b> & text"`, `"é\u00e9\ud83d\ude00\ud800 end"`, "\"\xff\""}).Draw(t, "scalar")
}

type maskCase struct {
	event, payload string
	secrets        template.Secrets
	setting        string
}

func drawMaskCase(t *rapid.T, secret func() string) maskCase {
	part := rapid.SampledFrom([]string{"a", "b", "0", "1"})
	var paths [][]string
	var settings []string
	for range rapid.IntRange(1, 2).Draw(t, "paths") {
		p := append([]string{"resource"}, rapid.SliceOfN(part, 1, 3).Draw(t, "path")...)
		paths, settings = append(paths, p[1:]), append(settings, strings.Join(p, "."))
	}
	c := maskCase{setting: strings.Join(settings, ", ")}
	c.event = `{"userId":5,"resource": ` + drawEvent(t, paths, 4, secret) + `}`
	var err error
	if c.secrets, err = template.ParseSecrets(c.setting); err != nil {
		t.Fatal(err)
	}
	var values []string
	for range rapid.IntRange(1, 4).Draw(t, "placeholders") {
		path := append([]string{"resource"}, rapid.SliceOfN(part, 0, 4).Draw(t, "used path")...)
		if rapid.Bool().Draw(t, "near a secret") {
			path = append([]string{"resource"}, paths[0][:rapid.IntRange(0, len(paths[0])).Draw(t, "to")]...)
		}
		p := "{{" + strings.Join(path, ".")
		for range rapid.IntRange(0, 3).Draw(t, "filters") {
			p += rapid.SampledFrom([]string{"|text", "|json", "|slack", "|default: 'none'", "|limit: 3", "|limit: 9", "|limit: 30", "|limit: 60"}).Draw(t, "filter")
		}
		values = append(values, rapid.SampledFrom([]string{`"`, `"before `, ""}).Draw(t, "left")+p+"}}")
		if v := &values[len(values)-1]; strings.HasPrefix(*v, `"`) {
			*v += rapid.SampledFrom([]string{`"`, ` after"`}).Draw(t, "right")
		}
	}
	c.payload = "[" + strings.Join(values, ", ") + "]"
	return c
}

func (c maskCase) render(t *rapid.T) (sent, masked string) {
	p, err := template.CompilePayload(c.payload)
	if err != nil {
		t.Fatal(err)
	}
	ev := template.Event{JSON: []byte(c.event)}
	s, err := p.Append(nil, ev, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.AppendMasked(nil, ev, c.secrets)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(m) {
		t.Fatalf("%s with %s of %s: %s is not valid JSON", c.payload, c.setting, c.event, m)
	}
	return string(s), string(m)
}

// What is masked are the secrets, and nothing else: replacing them in the body that is sent gives the
// masked body.
func TestMaskedBodyDiffersOnlyInSecrets(t *testing.T) {
	secrets := regexp.MustCompile(`Ω+|7+`)
	rapid.Check(t, func(t *rapid.T) {
		c := drawMaskCase(t, func() string {
			return rapid.SampledFrom([]string{`"Ω"`, `"ΩΩΩΩΩΩΩΩΩΩΩΩ"`, "777", "777777777777"}).Draw(t, "secret")
		})
		sent, masked := c.render(t)
		var want strings.Builder
		at := 0
		for _, s := range secrets.FindAllStringIndex(sent, -1) {
			want.WriteString(sent[at:s[0]])
			mask := template.Mask
			if strings.Count(strings.NewReplacer(`\\`, "", `\"`, "").Replace(sent[:s[0]]), `"`)%2 == 0 {
				mask = `"` + mask + `"` // outside of a string
			}
			want.WriteString(mask)
			at = s[1]
		}
		want.WriteString(sent[at:])
		if masked != want.String() {
			t.Fatalf("%s with %s of %s\nsent   %s\nmasked %s\nwant   %s", c.payload, c.setting, c.event, sent, masked, want.String())
		}
	})
}

// Whatever secrets are made of, nothing of them is left, and the rest is what is sent.
func TestMaskedBodyHoldsNothingOfSecrets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawMaskCase(t, func() string {
			return rapid.SampledFrom([]string{`"ΩΩ & <Ω> \" \\ Ω"`, `{"Ω": ["Ω &", 1, "\"Ω"]}`, `[ "Ω" ]`, `"{\"Ω\":\"Ω\"}"`, `"{Ω"`, `"Ω\ud800Ω"`, `"\u03a9\u03A9"`, "\"Ω\xff\"", `null`, `""`}).Draw(t, "secret")
		})
		sent, masked := c.render(t)
		if strings.Contains(strings.ToLower(masked), "ω") || strings.Contains(strings.ToLower(masked), "03a9") {
			t.Fatalf("%s with %s of %s shows a secret: %s", c.payload, c.setting, c.event, masked)
		}
		pieces := strings.Split(strings.NewReplacer(`"********"`, "********").Replace(masked), template.Mask)
		for i, piece := range pieces {
			before, after, ok := strings.Cut(sent, piece)
			if !ok || i == 0 && before != "" {
				t.Fatalf("%s with %s of %s\nsent   %s\nmasked %s\n%q is not in what is sent", c.payload, c.setting, c.event, sent, masked, piece)
			}
			sent = after
		}
	})
}

func TestMaskedEventDiffersOnlyInSecrets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawMaskCase(t, func() string {
			return rapid.SampledFrom([]string{`"ΩΩ \" Ω"`, `{"Ω": ["Ω", 1]}`, "777", `"{\"Ω\":\"Ω\"}"`}).Draw(t, "secret")
		})
		if !json.Valid([]byte(c.event)) {
			t.Fatal("not valid")
		}
		masked, any := c.secrets.MaskEvent([]byte(c.event)), len(c.secrets.In([]byte(c.event))) > 0
		if strings.Contains(string(masked), "Ω") || strings.Contains(string(masked), "777") || !json.Valid(masked) || any != (string(masked) != c.event) {
			t.Fatalf("%s of %s: %s", c.setting, c.event, masked)
		}
		if again := len(c.secrets.In(masked)) > 0; again != any {
			t.Fatalf("%s of %s: the mask is not where the secret was: %s", c.setting, c.event, masked)
		}
	})
}
