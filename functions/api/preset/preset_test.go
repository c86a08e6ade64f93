package preset

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// rules are the published rules of a preset's service, written down in testdata.
type rules struct {
	*jsonschema.Schema
	maxBody int // bytes; 0 if the service names no limit
}

func rulesOf(t *testing.T, id string) rules {
	t.Helper()
	name := "testdata/" + id + ".schema.json"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("the rules of the service: %v", err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, n := range []int{150, 256, 2000, 3000, 4096, 40000} {
		c.RegisterFormat(atMost(n, "utf16", func(s string) int { return len(utf16.Encode([]rune(s))) }))
	}
	c.RegisterFormat(atMost(2048, "bytes", func(s string) int { return len(s) }))
	compiled, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	var size struct{ MaxBodyBytes int }
	if err := json.Unmarshal(text, &size); err != nil {
		t.Fatal(err)
	}
	return rules{compiled, size.MaxBodyBytes}
}

func atMost(n int, unit string, length func(string) int) *jsonschema.Format {
	return &jsonschema.Format{Name: fmt.Sprintf("at-most-%d-%s", n, unit), Validate: func(v any) error {
		if s, ok := v.(string); ok && length(s) > n {
			return fmt.Errorf("%d %s", length(s), unit)
		}
		return nil
	}}
}

func (r rules) check(body []byte) error {
	if r.maxBody > 0 && len(body) > r.maxBody {
		return fmt.Errorf("%d bytes, want at most %d", len(body), r.maxBody)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return r.Validate(value)
}

// filled returns the payload template as a user completes it.
func (p Preset) filled() string {
	for _, r := range p.Replace {
		p.PayloadTemplate = strings.ReplaceAll(p.PayloadTemplate, r.Text, r.Example)
	}
	return p.PayloadTemplate
}

func (p Preset) render(t *testing.T, event []byte) []byte {
	t.Helper()
	payload, err := template.CompilePayload(p.filled())
	if err != nil {
		t.Fatal(err)
	}
	body, err := payload.Append(nil, template.Event{JSON: event, Time: time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC)}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// samples are the task events in the directory events.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"task-succeeded": events.TaskSucceeded}
	for _, name := range []string{"fanout-running", "fanout-succeeded", "fanout-failed", "fanout-unknown-type"} {
		var envelope struct{ Detail json.RawMessage }
		if err := json.Unmarshal(events.Sample(name), &envelope); err != nil {
			t.Fatal(err)
		}
		all[name] = envelope.Detail
	}
	return all
}

func TestRenderingsFollowTheRulesOfTheService(t *testing.T) {
	generated := generated(300)
	for _, p := range All() {
		t.Run(p.ID, func(t *testing.T) {
			rules := rulesOf(t, p.ID)
			for name, event := range samples(t) {
				body := p.render(t, event)
				if err := rules.check(body); err != nil {
					t.Errorf("%s: %v\n%s", name, err, body)
				}
				if !strings.Contains(string(body), "2e9ddee0582a") {
					t.Errorf("%s: the task is not named in %s", name, body)
				}
			}
			for i, event := range generated {
				body := p.render(t, event)
				if err := rules.check(body); err != nil {
					t.Fatalf("event %d: %v\nevent %.2000s\nbody %.2000s", i, err, event, body)
				}
			}
			for _, event := range hardest() {
				body := p.render(t, event)
				if err := rules.check(body); err != nil {
					t.Errorf("all texts long: %v\nbody %.2000s", err, body)
				}
			}
		})
	}
}

// generated returns random events of the default types, of those that a deployment may configure with
// the shortest and longest name, and of tests.
func generated(n int) [][]byte {
	types := []webhook.EventType{webhook.Running, webhook.Succeeded, webhook.Failed, webhook.Test, "A", webhook.EventType(strings.Repeat("X", 64))}
	r := rand.New(rand.NewPCG(1, 2))
	all := make([][]byte, n)
	for i := range all {
		all[i] = events.Generate(r, string(types[i%len(types)]))
	}
	return all
}

// hardest returns events in which every text is as long as can be, of characters that take the most
// bytes in UTF-8, in UTF-16, as JSON, and as markup.
func hardest() [][]byte {
	var all [][]byte
	for _, piece := range []string{"🚚", "\x01", "&", "漢", `"`} {
		long := strings.Repeat(piece, 3000)
		resource := map[string]any{}
		for _, v := range template.Variables() {
			if name, ok := strings.CutPrefix(v.Path, "resource."); ok {
				resource[name] = long
			}
		}
		inner, _ := json.Marshal(map[string]string{"spider_id": long})
		resource["url"] = string(inner)
		event, _ := json.Marshal(map[string]any{"userId": 1, "eventType": strings.Repeat("X", 64), "resource": resource})
		all = append(all, event)
	}
	return all
}

var limit = regexp.MustCompile(` \| limit: \d+`)

// The rules have to be able to refuse: without its filters, each template that has any breaks them.
func TestTheRulesRefuseTextsThatAreNotCut(t *testing.T) {
	for _, p := range All() {
		if p.ID == "cloudevents" || !limit.MatchString(p.PayloadTemplate) {
			continue // no limits
		}
		rules := rulesOf(t, p.ID)
		p.PayloadTemplate = limit.ReplaceAllString(p.PayloadTemplate, "")
		refused := false
		for _, event := range hardest() {
			refused = refused || rules.check(p.render(t, event)) != nil
		}
		if !refused {
			t.Errorf("%s: texts without limits are accepted", p.ID)
		}
	}
}

func TestPresetsAreComplete(t *testing.T) {
	if len(All()) < 11 {
		t.Errorf("%d presets", len(All()))
	}
	for _, p := range All() {
		if p.Name == "" || p.Setup == "" || p.Limits == "" {
			t.Errorf("%s: name, setup or limits are missing", p.ID)
		}
		if u, err := url.Parse(p.Documentation); err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("%s: documentation at %q", p.ID, p.Documentation)
		}
		if _, err := template.CompileHeaders(p.HeadersTemplate); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
		if found := template.PayloadWarnings(p.PayloadTemplate); len(found) > 0 {
			t.Errorf("%s: %v", p.ID, found)
		}
		for _, secret := range []string{"apiKey", "{{resource}}"} {
			if strings.Contains(p.PayloadTemplate+p.HeadersTemplate, secret) {
				t.Errorf("%s sends the account's key", p.ID)
			}
		}
		for _, r := range p.Replace {
			if !strings.Contains(p.PayloadTemplate+p.HeadersTemplate, r.Text) || r.With == "" || r.Example == "" {
				t.Errorf("%s: replacement %+v", p.ID, r)
			}
			if got := Unreplaced(p.PayloadTemplate); len(got) != 1 || got[0] != r || len(Unreplaced(p.filled())) > 0 {
				t.Errorf("%s: %v is still to be replaced", p.ID, got)
			}
		}
	}
}

func TestURLProposesItsPreset(t *testing.T) {
	for _, p := range All() {
		if p.URLPattern == "" {
			continue
		}
		if got := ForURL(p.URLExample); got != p.ID {
			t.Errorf("%s: preset %q, want %s", p.URLExample, got, p.ID)
		}
		if got := ForURL("  " + strings.Replace(p.URLExample, "https://", "HTTPS://", 1) + "\n"); got != p.ID {
			t.Errorf("with spaces and capitals %s: preset %q, want %s", p.URLExample, got, p.ID)
		}
		elsewhere := strings.Replace(p.URLExample, "https://", "https://example.com/?to=https://", 1)
		if got := ForURL(elsewhere); got != "" {
			t.Errorf("%s: preset %q, want none", elsewhere, got)
		}
	}
	for raw, want := range map[string]string{
		"https://hook.eu1.make.com/abc": "automation", "https://hook.integromat.com/abc": "automation",
		"https://acme.app.n8n.cloud/webhook/1-2": "automation", "https://acme.app.n8n.cloud/webhook-test/1": "automation",
		"https://open.larksuite.com/open-apis/bot/v2/hook/1": "feishu", "https://events.eu.pagerduty.com/v2/enqueue": "pagerduty",
		"https://discordapp.com/api/webhooks/1/x": "discord", "https://canary.discord.com/api/v10/webhooks/1/x": "discord",
		"https://default0.00.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0/triggers/manual/paths/invoke?sig=x": "teams",
		"https://hooks.slack.com/services/T/B/x":     "slack",
		"https://hooks.slack.com.evil.com/services/": "", "https://slack.com/": "", "https://example.com/hooks/scraper": "", "": "", "nonsense": "",
	} {
		if got := ForURL(raw); got != want {
			t.Errorf("%s: preset %q, want %q", raw, got, want)
		}
	}
}
