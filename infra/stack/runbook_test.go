// For infra/stack/runbook_test.go, once readme-aws.md is in README.md.
package stack

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Whoever is woken by an alarm finds it in the README.
func TestRunbookKnowsEveryAlarm(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, nil)
	for _, id := range ids(s.Resources, "AWS::CloudWatch::Alarm") {
		name := strings.TrimPrefix(fmt.Sprint(s.Resources[id].Properties["AlarmName"]), "webhooks-")
		if !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("the README does not say what to do when %s sounds", name)
		}
	}
}
