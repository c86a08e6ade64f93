package stack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/settings"
)

// longestName is the longest name of each resource type.
var longestName = map[string]int{
	"AWS::CloudWatch::Alarm":     255,
	"AWS::CloudWatch::Dashboard": 255,
	"AWS::Events::EventBus":      256,
	"AWS::Events::Rule":          64,
	"AWS::Logs::LogGroup":        512,
	"AWS::SQS::Queue":            80,
	"AWS::Serverless::Function":  64,
}

// infra/docs/operating.md names the length of the longest stack name.
func TestNamesFitWithTheLongestStackName(t *testing.T) {
	if long := tooLong(t, 55); len(long) > 0 {
		t.Errorf("too long for a stack whose name has 55 characters: %v", long)
	}
	if len(tooLong(t, 56)) == 0 {
		t.Error("a stack's name may have 56 characters: change infra/docs/operating.md")
	}
}

// tooLong returns the names that are too long in a stack whose name has that many characters.
func tooLong(t *testing.T, length int) (names []string) {
	t.Helper()
	s, err := Load(templatePath, Place{Name: strings.Repeat("n", length)}, forwarding)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Resources {
		name := text(r.Properties[nameProperty[r.Type]])
		if most, ok := longestName[r.Type]; ok && len(name) > most {
			names = append(names, name)
		}
		events, _ := r.Properties["Events"].(map[string]any)
		for _, event := range events { // of functions; schedules have names
			p, _ := event.(map[string]any)["Properties"].(map[string]any)
			if name := text(p["Name"]); len(name) > 64 {
				names = append(names, name)
			}
		}
	}
	return names
}

// SQS allows 120,000 messages of a queue in flight.
func TestEveryQueueThatIsReceivedFromHasAnAlarmAt60Percent(t *testing.T) {
	s := load(t, nil)
	alarms := map[string]int{} // thresholds by queue name
	for _, id := range ids(s.Resources, "AWS::CloudWatch::Alarm") {
		p := s.Resources[id].Properties
		if p["MetricName"] == "ApproximateNumberOfMessagesNotVisible" {
			dimension := p["Dimensions"].([]any)[0].(map[string]any)
			alarms[text(dimension["Value"])], _ = strconv.Atoi(text(p["Threshold"]))
		}
	}
	for _, m := range s.Functions["delivery"].Mappings {
		i := slices.IndexFunc(s.Queues, func(q Queue) bool { return q.ARN == m.QueueARN })
		if got := alarms[s.Queues[i].Name]; got != 72_000 {
			t.Errorf("alarm of %s at %d messages in flight, want 72000", s.Queues[i].Name, got)
		}
	}
}

// functions/delivery tests that the endpoints of one user, all down, make fewer attempts than that.
func TestFailuresAlarmNeedsManyAttemptsInThreePeriods(t *testing.T) {
	p := load(t, nil).Resources["FailuresAlarm"].Properties
	if share := fmt.Sprint(p["Metrics"]); !strings.Contains(share, "IF(delivered + retried + failed >= 300, ") {
		t.Errorf("metrics = %s", share)
	}
	if text(p["EvaluationPeriods"]) != "3" || text(p["DatapointsToAlarm"]) != "3" {
		t.Errorf("%v of %v periods", p["DatapointsToAlarm"], p["EvaluationPeriods"])
	}
}

// Resource policies of an account have a limited size, and API Gateway adds each log group with another prefix to one.
// A group that an earlier version has created is kept when its name changes.
func TestAccessLogIsAVendedLog(t *testing.T) {
	group := load(t, nil).Resources["AccessLogs"]
	if name := text(group.Properties["LogGroupName"]); !strings.HasPrefix(name, "/aws/vendedlogs/") {
		t.Errorf("the access log is in %s", name)
	}
	if group.UpdateReplacePolicy != "Retain" {
		t.Errorf("an update deletes the earlier access log: UpdateReplacePolicy = %q", group.UpdateReplacePolicy)
	}
}

// What the parameters allow starts, and the bounds could not be wider.
func TestNoPermittedPolicyOutlivesItsQueueOrItsRecords(t *testing.T) {
	s := load(t, nil)
	bound := func(name string, most bool) string {
		p := s.Parameters[name]
		if most {
			return fmt.Sprint(*p.MaxValue)
		}
		return fmt.Sprint(*p.MinValue)
	}
	longest := map[string]string{
		"MaxAttempts": bound("MaxAttempts", true), "MaxWaitMinutes": bound("MaxWaitMinutes", true), "FirstWaitSeconds": bound("FirstWaitSeconds", true),
		"PauseAfterHours": bound("PauseAfterHours", true), "RetentionDays": bound("RetentionDays", false),
	}
	starts := func(parameters map[string]string) error {
		for name, f := range load(t, parameters).Functions {
			r := settings.New(func(key string) string { return f.Environment[key] })
			r.Policy()
			if err := r.Err(); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	}
	if err := starts(longest); err != nil {
		t.Error(err)
	}
	longest["MaxAttempts"] = "15"
	if starts(longest) == nil {
		t.Error("15 attempts are accepted by the code, but not by the template")
	}
	for _, id := range []string{"DeliveriesQueue", "RetriesQueue"} {
		if got := queue(t, s, id).Attributes["MessageRetentionPeriod"]; got != "604800" {
			t.Errorf("%s keeps messages for %s s, the functions count on 604800", id, got)
		}
	}
}
