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
		t.Fatalf("the dashboard is no JSON: %v", err)
	}
	return body.Widgets
}

func TestDashboardIsWhole(t *testing.T) {
	taken := map[[2]int]int{}
	for i, w := range widgets(t, load(t, nil)) {
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if other, ok := taken[[2]int{x, y}]; ok {
					t.Fatalf("widget %d (%v) lies on widget %d", i, w.Properties["title"], other)
				}
				taken[[2]int{x, y}] = i
			}
		}
		if w.X+w.Width > 24 {
			t.Errorf("widget %d is wider than the dashboard", i)
		}
		if text := fmt.Sprint(w.Properties); strings.Contains(text, "${") {
			t.Errorf("widget %d has a hole: %s", i, text)
		}
	}
}

// What a release alarm saw is over when someone looks; all others are shown.
func TestDashboardShowsTheAlarms(t *testing.T) {
	s := load(t, nil)
	shown := fmt.Sprint(widgets(t, s)[0].Properties["alarms"])
	for _, id := range ids(s.Resources, "AWS::CloudWatch::Alarm") {
		name := fmt.Sprint(s.Resources[id].Properties["AlarmName"])
		if !strings.Contains(shown, ":"+name+" ") && !strings.Contains(shown, ":"+name+"]") && !strings.HasSuffix(name, "-release") {
			t.Errorf("%s is not on the dashboard", id)
		}
	}
}

// An id that a metric math expression uses and no metric has, draws nothing.
func TestExpressionsOfTheDashboardAreComplete(t *testing.T) {
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
					t.Errorf("%v: no metric has the id %s of %s", w.Properties["title"], word, e)
				}
			}
		}
	}
}

func TestPutEventsExampleCanBePasted(t *testing.T) {
	s := load(t, nil)
	_, quoted, _ := strings.Cut(s.Outputs["PutEventsExample"], "'")
	var entries []struct{ EventBusName, Source, DetailType, Detail string }
	if err := json.Unmarshal([]byte(strings.TrimSuffix(quoted, "'")), &entries); err != nil {
		t.Fatal(err)
	}
	e := entries[0]
	if e.EventBusName != s.Bus.ARN || e.Source != s.Bus.Source || e.DetailType != s.Bus.DetailType {
		t.Errorf("%+v would not reach the rule", e)
	}
	var detail struct{ EventType string }
	if err := json.Unmarshal([]byte(e.Detail), &detail); err != nil || detail.EventType != "ACTOR.RUN.SUCCEEDED" {
		t.Errorf("the detail %s: %v", e.Detail, err)
	}
}
