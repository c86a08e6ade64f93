package stack

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const platformBus = "arn:aws:events:eu-west-1:999999999999:event-bus/platform"

var forwarding = map[string]string{"NoticesBusArn": platformBus}

// noticeTypes returns the detail types of all notices that the code sends.
func noticeTypes() (all []any) {
	for _, kind := range []webhook.NoticeKind{webhook.NoticeFailing, webhook.NoticePaused, webhook.NoticeRecovered} {
		all = append(all, webhook.Notice{Kind: kind}.DetailType())
	}
	return all
}

func TestNoticesAreForwarded(t *testing.T) {
	s := load(t, forwarding)
	rule := s.Resources["NoticesRule"].Properties
	want := map[string]any{"source": []any{"thordata.scraper"}, "detail-type": noticeTypes()}
	if diff := cmp.Diff(want, rule["EventPattern"]); diff != "" {
		t.Errorf("the rule forwards something else than the notices: %s", diff)
	}
	target := rule["Targets"].([]any)[0].(map[string]any)
	if target["Arn"] != platformBus || target["RoleArn"] == nil || target["DeadLetterConfig"] == nil {
		t.Errorf("target = %v", target)
	}
	role := fmt.Sprint(s.Resources["NoticesRole"].Properties["Policies"])
	if !strings.Contains(role, "events:PutEvents") || !strings.Contains(role, "["+platformBus+"]") {
		t.Errorf("role = %s", role)
	}
}

// Forwarding to its own bus would repeat a notice without end.
func TestNoticesAreNotForwardedToTheirOwnBus(t *testing.T) {
	own := load(t, nil).Bus.ARN
	for _, to := range []string{"", own} {
		for id := range load(t, map[string]string{"NoticesBusArn": to}).Resources {
			if strings.HasPrefix(id, "Notice") {
				t.Errorf("NoticesBusArn %q: %s is created", to, id)
			}
		}
	}
}

// A notice that comes back is not a task event.
func TestTaskEventsAreNotNotices(t *testing.T) {
	for _, name := range noticeTypes() {
		if _, err := Load(templatePath, Place{}, map[string]string{"EventDetailType": name.(string)}); err == nil || !strings.Contains(err.Error(), "health notice") {
			t.Errorf("EventDetailType %s: error %v", name, err)
		}
		if strings.Contains(fmt.Sprint(load(t, nil).Resources["BusPolicy"].Properties), name.(string)) {
			t.Errorf("other accounts may put %s", name)
		}
	}
}
