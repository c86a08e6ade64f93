package stack

import (
	"slices"
	"testing"
)

// Only a gradual deployment is guarded by alarms: otherwise an alarm that is active because of the
// deployed version would roll its fix back.
func TestAlarmsGuardGradualDeploymentsOnly(t *testing.T) {
	for name, c := range map[string]struct {
		parameters map[string]string
		guarded    bool
	}{
		"default":                {nil, false},
		"all at once":            {map[string]string{"DeploymentType": "AllAtOnce", "RollbackOnAlarms": "true"}, false},
		"canary":                 {map[string]string{"DeploymentType": "Canary10Percent5Minutes"}, true},
		"linear":                 {map[string]string{"DeploymentType": "Linear10PercentEvery1Minute"}, true},
		"fix of an active alarm": {map[string]string{"DeploymentType": "Canary10Percent5Minutes", "RollbackOnAlarms": "false"}, false},
		"all at once, no alarms": {map[string]string{"RollbackOnAlarms": "false"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := load(t, c.parameters)
			for function, f := range s.Functions {
				p := s.Resources[f.ID].Properties
				if p["AutoPublishAlias"] != "live" || p["AutoPublishAliasAllProperties"] != true {
					t.Errorf("%s: alias %v is not published for all properties", function, p["AutoPublishAlias"])
				}
				deployment, _ := p["DeploymentPreference"].(map[string]any)
				alarms, _ := deployment["Alarms"].([]any)
				if guarded := len(alarms) > 0; guarded != c.guarded {
					t.Errorf("%s: alarms %v, want some: %v", function, alarms, c.guarded)
				}
				for _, alarm := range alarms {
					if !slices.ContainsFunc(ids(s.Resources, "AWS::CloudWatch::Alarm"), func(id string) bool {
						return s.Resources[id].Properties["AlarmName"] == alarm
					}) {
						t.Errorf("%s: unknown alarm %v", function, alarm)
					}
				}
			}
		})
	}
}

// CloudFormation deletes a resource with RetainExceptOnCreate when the first deployment fails. With
// deletion protection that fails, and so does the rollback.
func TestFirstDeploymentCanBeRolledBack(t *testing.T) {
	for _, protected := range []string{"true", "false"} {
		s := load(t, map[string]string{"TableDeletionProtection": protected})
		for id, r := range s.Resources {
			p := r.Properties
			switch on := p["DeletionProtectionEnabled"] == "true" || p["DeletionProtection"] == "ACTIVE"; {
			case on && r.DeletionPolicy != "Retain":
				t.Errorf("%s has deletion protection and the policy %q, want Retain", id, r.DeletionPolicy)
			case !on && !slices.Contains([]string{"", "Delete", "Retain"}, r.DeletionPolicy):
				t.Errorf("%s: deletion policy = %s", id, r.DeletionPolicy)
			}
		}
		for _, id := range []string{"Table", "UserPool"} {
			if got := s.Resources[id].DeletionPolicy; got != "Retain" {
				t.Errorf("%s, which has data, has the deletion policy %q, want Retain", id, got)
			}
		}
	}
}

// What is retained must not have a name of its own, or the next deployment could not create it again.
func TestRetainedResourcesHaveGeneratedNames(t *testing.T) {
	for id, r := range load(t, nil).Resources {
		property, ok := nameProperty[r.Type]
		if r.DeletionPolicy == "Retain" && ok && r.Properties[property] != nil {
			t.Errorf("%s is retained with the name %v", id, r.Properties[property])
		}
	}
}

// A malformed event and one on which the function failed three times are in the same queue.
func TestMalformedEventsAreKeptWithFailures(t *testing.T) {
	s := load(t, nil)
	f := s.Functions["fanout"]
	q := queue(t, s, "FanoutFailuresQueue")
	if f.Environment["FAILURES_QUEUE_URL"] != q.URL || f.Failures != q.ARN || !f.Allows("sqs:SendMessage", q.ARN) {
		t.Errorf("FAILURES_QUEUE_URL = %s, on-failure destination = %s, want queue %s", f.Environment["FAILURES_QUEUE_URL"], f.Failures, q.Name)
	}
}
