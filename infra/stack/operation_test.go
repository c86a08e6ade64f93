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
			t.Errorf("%s: a pattern that nobody explains", name)
		}
	}
}

// admits says how text lies outside the parameter's bounds, or that there are none.
func (p Parameter) admits(text string) error {
	switch {
	case p.AllowedValues != nil:
		if !slices.Contains(p.AllowedValues, text) {
			return fmt.Errorf("%q is none of %v", text, p.AllowedValues)
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
			return fmt.Errorf("%q is not %d to %d long", text, *p.MinLength, *p.MaxLength)
		}
	default:
		return fmt.Errorf("it has no bounds")
	}
	return nil
}

func TestParametersAreAllInAGroupAndUsed(t *testing.T) {
	file, err := os.ReadFile(templatePath)
	if err != nil {
		t.Fatal(err)
	}
	template := string(file)
	groups, rest, _ := strings.Cut(template, "\nParameters:\n")
	for name := range load(t, nil).Parameters {
		word := regexp.MustCompile(`\b` + name + `\b`)
		if !word.MatchString(groups) {
			t.Errorf("%s is in no group", name)
		}
		if !regexp.MustCompile(`!Ref ` + name + `\b|\$\{` + name + `\}`).MatchString(rest) {
			t.Errorf("%s changes nothing", name)
		}
	}
}

func TestFunctionsLogForAWhileAsJSON(t *testing.T) {
	s := load(t, map[string]string{"LogRetentionDays": "7"})
	kept := map[any]any{}
	for _, id := range ids(s.Resources, "AWS::Logs::LogGroup") {
		p := s.Resources[id].Properties
		kept[p["LogGroupName"]] = p["RetentionInDays"]
	}
	for name, f := range s.Functions {
		logging, _ := s.Resources[f.ID].Properties["LoggingConfig"].(map[string]any)
		if logging["LogFormat"] != "JSON" || logging["ApplicationLogLevel"] != "INFO" {
			t.Errorf("%s logs as %v", name, logging)
		}
		if fmt.Sprint(kept[f.LogGroup]) != "7" {
			t.Errorf("%s: the log group %q is kept for %v days", name, f.LogGroup, kept[f.LogGroup])
		}
	}
}

// AWS refuses a queue that shows messages again before the function that has them is
// done, and advises six times its timeout.
func TestQueuesHideMessagesForSixTimeouts(t *testing.T) {
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
			t.Errorf("%s hides messages for %d s, the function runs up to %v", s.Queues[i].ID, hidden, f.Timeout)
		}
	}
}

func TestDeploymentsMoveAnAliasAndRollBack(t *testing.T) {
	s := load(t, map[string]string{"DeploymentType": "Canary10Percent5Minutes"})
	for name, f := range s.Functions {
		p := s.Resources[f.ID].Properties
		deployment, _ := p["DeploymentPreference"].(map[string]any)
		alarms, _ := deployment["Alarms"].([]any)
		if p["AutoPublishAlias"] != "live" || p["AutoPublishAliasAllProperties"] != true ||
			deployment["Type"] != "Canary10Percent5Minutes" || len(alarms) == 0 {
			t.Errorf("%s: %v, %v", name, p["AutoPublishAlias"], deployment)
		}
	}
}

func TestAlarmsSayWhatTheyMeanAndTellSomebody(t *testing.T) {
	s := load(t, map[string]string{"AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:ops"})
	for _, id := range ids(s.Resources, "AWS::CloudWatch::Alarm") {
		p := s.Resources[id].Properties
		if len(fmt.Sprint(p["AlarmDescription"])) < 60 {
			t.Errorf("%s does not say what it means and where to look", id)
		}
		if fmt.Sprint(p["AlarmActions"]) != "[arn:aws:sns:us-east-1:123456789012:ops]" {
			t.Errorf("%s tells nobody", id)
		}
		if p["TreatMissingData"] != "notBreaching" {
			t.Errorf("%s sounds when nothing happens", id)
		}
	}
}

// Every metric of ours that an alarm or the dashboard looks at is one that is emitted.
func TestOurMetricsAreTheCodes(t *testing.T) {
	s := load(t, nil)
	emitted := map[string]bool{"DeliveryErrorLines": true} // the template's own metric filter
	for _, n := range []metrics.Name{
		metrics.Dispatched, metrics.EventsDropped, metrics.Delivered, metrics.Failed, metrics.Retried, metrics.Held,
		metrics.Poison, metrics.RenderFaults, metrics.DeliveryLatency, metrics.BatchFill,
	} {
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
			t.Errorf("nobody emits %s", m[1])
		}
	}
}
