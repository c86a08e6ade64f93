package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/metrics"
)

func TestParametersAreDescribedAndBounded(t *testing.T) {
	for name, p := range load(t, nil).Parameters {
		if p.Description == "" || p.Default == nil {
			t.Errorf("%s: want a description and a default", name)
			continue
		}
		if err := p.admits(*p.Default); err != nil {
			t.Errorf("%s: the default: %v", name, err)
		}
		if p.AllowedPattern != "" && p.ConstraintDescription == "" {
			t.Errorf("%s: AllowedPattern needs a ConstraintDescription", name)
		}
	}
}

// admits returns an error if text violates the parameter's constraints, or if there are none.
func (p Parameter) admits(text string) error {
	switch {
	case p.AllowedValues != nil:
		if !slices.Contains(p.AllowedValues, text) {
			return fmt.Errorf("%q is not one of %v", text, p.AllowedValues)
		}
	case p.AllowedPattern != "":
		if !regexp.MustCompile(p.AllowedPattern).MatchString(text) {
			return fmt.Errorf("%q does not match %s", text, p.AllowedPattern)
		}
	case p.MinValue != nil && p.MaxValue != nil:
		if n, err := strconv.ParseFloat(text, 64); err != nil || n < *p.MinValue || n > *p.MaxValue {
			return fmt.Errorf("%q is not between %v and %v", text, *p.MinValue, *p.MaxValue)
		}
	case p.MinLength != nil && p.MaxLength != nil:
		if len(text) < *p.MinLength || len(text) > *p.MaxLength {
			return fmt.Errorf("%q does not have %d to %d characters", text, *p.MinLength, *p.MaxLength)
		}
	default:
		return fmt.Errorf("the parameter has no constraints")
	}
	return nil
}

func TestParametersAreGroupedAndUsed(t *testing.T) {
	file, err := os.ReadFile(templatePath)
	if err != nil {
		t.Fatal(err)
	}
	template := string(file)
	groups, rest, _ := strings.Cut(template, "\nParameters:\n")
	for name := range load(t, nil).Parameters {
		word := regexp.MustCompile(`\b` + name + `\b`)
		if !word.MatchString(groups) {
			t.Errorf("%s is not in a parameter group", name)
		}
		if !regexp.MustCompile(`!Ref ` + name + `\b|\$\{` + name + `\}`).MatchString(rest) {
			t.Errorf("%s is not used", name)
		}
	}
}

func TestFunctionsLogJSONWithRetention(t *testing.T) {
	s := load(t, map[string]string{"LogRetentionDays": "7"})
	kept := map[any]any{}
	for _, id := range ids(s.Resources, "AWS::Logs::LogGroup") {
		p := s.Resources[id].Properties
		kept[p["LogGroupName"]] = p["RetentionInDays"]
	}
	for name, f := range s.Functions {
		logging, _ := s.Resources[f.ID].Properties["LoggingConfig"].(map[string]any)
		if logging["LogFormat"] != "JSON" || logging["ApplicationLogLevel"] != "INFO" {
			t.Errorf("%s: logging configuration %v", name, logging)
		}
		if fmt.Sprint(kept[f.LogGroup]) != "7" {
			t.Errorf("%s: retention of log group %q is %v days, want 7", name, f.LogGroup, kept[f.LogGroup])
		}
	}
}

// AWS rejects an event source mapping if the queue's visibility timeout is less than the function's
// timeout, and recommends six times the timeout.
func TestVisibilityTimeoutIsSixFunctionTimeouts(t *testing.T) {
	s := load(t, nil)
	f := s.Functions["delivery"]
	if len(f.Mappings) != 2 {
		t.Fatalf("%d mappings, want one for first attempts and one for retries", len(f.Mappings))
	}
	for _, m := range f.Mappings {
		if m.BatchSize != 10 || !m.PartialBatches || m.MaxConcurrency < 2 {
			t.Errorf("%+v", m)
		}
		i := slices.IndexFunc(s.Queues, func(q Queue) bool { return q.ARN == m.QueueARN })
		if hidden := s.Queues[i].VisibilitySeconds(); hidden < 6*int(f.Timeout.Seconds()) {
			t.Errorf("visibility timeout of %s = %d s, timeout of the function = %v", s.Queues[i].ID, hidden, f.Timeout)
		}
	}
}

func TestAlarmsHaveDescriptionAndAction(t *testing.T) {
	s := load(t, map[string]string{"AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:ops"})
	for _, id := range ids(s.Resources, "AWS::CloudWatch::Alarm") {
		p := s.Resources[id].Properties
		if len(fmt.Sprint(p["AlarmDescription"])) < 60 {
			t.Errorf("%s: the description is too short to say what to do", id)
		}
		if fmt.Sprint(p["AlarmActions"]) != "[arn:aws:sns:us-east-1:123456789012:ops]" {
			t.Errorf("%s does not notify the topic", id)
		}
		if p["TreatMissingData"] != "notBreaching" && id != "OverdueAlarm" { // there is a tick every minute
			t.Errorf("%s is raised by missing data", id)
		}
	}
}

// The code emits every metric of its namespace that an alarm or the dashboard uses.
func TestAlarmsAndDashboardUseEmittedMetrics(t *testing.T) {
	s := load(t, nil)
	emitted := map[string]bool{"DeliveryErrorLines": true} // the template's own metric filter
	for _, n := range metrics.Names() {
		emitted[string(n)] = true
	}
	text, err := json.Marshal(s.Resources)
	if err != nil {
		t.Fatal(err)
	}
	ours := s.Functions["api"].Environment["METRICS_NAMESPACE"]
	watched := regexp.MustCompile(`"MetricName":"(\w+)","(?:Metric)?Namespace":"`+ours+`"`).FindAllSubmatch(text, -1)
	watched = append(watched, regexp.MustCompile(`\\"`+ours+`\\", \\"(\w+)\\"`).FindAllSubmatch(text, -1)...)
	watched = append(watched, regexp.MustCompile(`MetricName=\\+"(\w+)`).FindAllSubmatch(text, -1)...)
	if len(watched) < 10 {
		t.Fatalf("found only %q", watched)
	}
	for _, m := range watched {
		if !emitted[string(m[1])] {
			t.Errorf("%s is not emitted", m[1])
		}
	}
}
