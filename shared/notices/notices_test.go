package notices_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/shared/notices"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type bus struct {
	got []types.PutEventsRequestEntry
	out eventbridge.PutEventsOutput
	err error
}

func (b *bus) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	b.got = append(b.got, in.Entries...)
	return &b.out, b.err
}

func notice(kind webhook.NoticeKind) webhook.Notice {
	in := webhook.Integration{ID: "I-1", UserID: "3406", Name: "Results"}
	h := webhook.Health{FailingSince: time.Date(2025, 6, 7, 6, 33, 14, 0, time.UTC)}
	return webhook.DefaultPauseAfter.NewNotice(in, h, kind, "answered 500 Internal Server Error")
}

func TestBusCarriesTheNoticeAsAnEvent(t *testing.T) {
	for kind, detailType := range map[webhook.NoticeKind]string{
		webhook.NoticeFailing: "Webhook Integration Failing",
		webhook.NoticeHalfway: "Webhook Integration Failing",
		webhook.NoticePaused:  "Webhook Integration Paused",
	} {
		b := &bus{}
		n := notice(kind)
		if err := (&notices.Bus{Client: b, Name: "tasks", Source: "thordata.webhooks"}).Notify(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		var detail webhook.Notice
		if err := json.Unmarshal([]byte(*b.got[0].Detail), &detail); err != nil {
			t.Fatal(err)
		}
		n.Kind = 0 // not part of the detail, which has Stage
		if diff := cmp.Diff(n, detail); diff != "" || *b.got[0].DetailType != detailType {
			t.Errorf("put %q, %s", *b.got[0].DetailType, diff)
		}
	}
}

func TestRejectedEntriesAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		*bus
		says string
	}{
		"call":  {&bus{err: errors.New("throttled")}, "throttled"},
		"entry": {&bus{out: eventbridge.PutEventsOutput{FailedEntryCount: 1, Entries: []types.PutEventsResultEntry{{ErrorCode: aws.String("InternalFailure")}}}}, "rejected by the bus: InternalFailure"},
		"mute":  {&bus{out: eventbridge.PutEventsOutput{FailedEntryCount: 1, Entries: []types.PutEventsResultEntry{{}}}}, "without a reason"},
	} {
		t.Run(name, func(t *testing.T) {
			err := (&notices.Bus{Client: c.bus}).Notify(t.Context(), notice(webhook.NoticeFailing))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want %q", err, c.says)
			}
		})
	}
}
