package stack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

type widget struct {
	Type                string
	X, Y, Width, Height int
	Properties          map[string]any
}

func widgets(t *testing.T, s *Stack) []widget {
	t.Helper()
	var body struct{ Widgets []widget }
	text := fmt.Sprint(s.Resources["Dashboard"].Properties["DashboardBody"])
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatalf("the dashboard is not JSON: %v", err)
	}
	return body.Widgets
}

func TestDashboardWidgetsDoNotOverlap(t *testing.T) {
	taken := map[[2]int]int{}
	for i, w := range widgets(t, load(t, nil)) {
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if other, ok := taken[[2]int{x, y}]; ok {
					t.Fatalf("widget %d (%v) overlaps widget %d", i, w.Properties["title"], other)
				}
				taken[[2]int{x, y}] = i
			}
		}
		if w.X+w.Width > 24 {
			t.Errorf("widget %d is wider than the dashboard", i)
		}
		if text := fmt.Sprint(w.Properties); strings.Contains(text, "${") {
			t.Errorf("widget %d has an unresolved placeholder: %s", i, text)
		}
	}
}

// Only the release alarms, which matter during a deployment, are not on it.
func TestDashboardShowsAlarms(t *testing.T) {
	s := load(t, forwarding)
	shown := fmt.Sprint(widgets(t, s)[0].Properties["alarms"])
	for _, id := range ids(s.Resources, "AWS::CloudWatch::Alarm") {
		name := fmt.Sprint(s.Resources[id].Properties["AlarmName"])
		if !strings.Contains(shown, ":"+name+" ") && !strings.Contains(shown, ":"+name+"]") && !strings.HasSuffix(name, "-release") {
			t.Errorf("%s is not on the dashboard", id)
		}
	}
}

func TestDashboardShowsQueues(t *testing.T) {
	s := load(t, forwarding)
	var shown string
	for _, w := range widgets(t, s) {
		shown += fmt.Sprint(w.Properties["metrics"])
	}
	for _, q := range s.Queues {
		if !strings.Contains(shown, " QueueName "+q.Name+" ") {
			t.Errorf("%s is not on the dashboard", q.Name)
		}
	}
}

// CloudWatch draws nothing for an expression with an unknown metric id.
func TestDashboardExpressionsUseKnownMetrics(t *testing.T) {
	for _, w := range widgets(t, load(t, nil)) {
		lines, _ := w.Properties["metrics"].([]any)
		known := map[string]bool{}
		var expressions []string
		for _, line := range lines {
			line := line.([]any)
			options, _ := line[len(line)-1].(map[string]any)
			if id, ok := options["id"].(string); ok {
				known[id] = true
			}
			if e, ok := options["expression"].(string); ok && !strings.HasPrefix(e, "SEARCH") {
				expressions = append(expressions, e)
			}
		}
		for _, e := range expressions {
			for _, word := range strings.FieldsFunc(e, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzM1234567890.", r) }) {
				if word[0] >= 'a' && word[0] <= 'z' && !known[word] {
					t.Errorf("%v: unknown metric id %s in %s", w.Properties["title"], word, e)
				}
			}
		}
	}
}

func TestPutEventsExampleMatchesRule(t *testing.T) {
	s := load(t, nil)
	_, quoted, _ := strings.Cut(s.Outputs["PutEventsExample"], "'")
	var entries []struct{ EventBusName, Source, DetailType, Detail string }
	if err := json.Unmarshal([]byte(strings.TrimSuffix(quoted, "'")), &entries); err != nil {
		t.Fatal(err)
	}
	e := entries[0]
	if e.EventBusName != s.Bus.ARN || e.Source != s.Bus.Source || e.DetailType != s.Bus.DetailType {
		t.Errorf("%+v does not match the rule", e)
	}
	var detail struct{ EventType string }
	if err := json.Unmarshal([]byte(e.Detail), &detail); err != nil || detail.EventType != "ACTOR.RUN.SUCCEEDED" {
		t.Errorf("detail %s: %v", e.Detail, err)
	}
}
