package stack

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The operating manual has an entry for every alarm.
func TestManualHasEveryAlarm(t *testing.T) {
	manual, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, forwarding)
	for _, id := range ids(s.Resources, "AWS::CloudWatch::Alarm") {
		name := strings.TrimPrefix(fmt.Sprint(s.Resources[id].Properties["AlarmName"]), "webhooks-")
		if !strings.Contains(string(manual), "`"+name+"`") {
			t.Errorf("infra/docs/operating.md has no entry for the alarm %s", name)
		}
	}
}
