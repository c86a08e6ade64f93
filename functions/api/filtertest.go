package api

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/thordata/webhook-integration/shared/eventfilter"
	"github.com/thordata/webhook-integration/shared/eventpattern"
	"github.com/thordata/webhook-integration/shared/template"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// maxTested is how many past events a filter is tested over.
const maxTested = 100

// FilterTestRequest is a filter to test over past events.
type FilterTestRequest struct {
	Filter string `json:"filter" doc:"The filter; it is not saved." example:"{\"resource\": {\"apiCode\": [200]}}"`
}

// FilterTest says how many of the newest events of an integration's log a filter wants.
type FilterTest struct {
	Tested  int           `json:"tested" doc:"The number of events, at most the newest 100. Events that an earlier filter kept from being sent are not in the log, so they are not among them; neither are test events, and those too large to store." example:"100"`
	Matched int           `json:"matched" doc:"How many of them the filter wants." example:"42"`
	Events  []TestedEvent `json:"events" nullable:"false" doc:"The events, newest first."`
}

// TestedEvent is a past event with the filter's decision.
type TestedEvent struct {
	DispatchID string `json:"dispatchId" example:"01JX4A6V8Z5T3N7Q9R2M4K6H8B"`
	NotSent    string `json:"notSent,omitempty" doc:"Why the filter does not want it; absent if it does." example:"resource.apiCode is 500, and the filter wants 200"`
}

type filterTestInput struct {
	ID   string `path:"id" doc:"The integration whose events are taken." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	Body json.RawMessage
}

type filterTestOutput struct{ Body FilterTest }

// testFilter tests a filter over the newest events of an integration's log.
func (s *server) testFilter(ctx context.Context, req *filterTestInput) (*filterTestOutput, error) {
	asked, fs := decode[FilterTestRequest](s, req.Body)
	if asked.Filter == "" && len(fs) == 0 {
		fs = faults{{Location: "body.filter", Message: "must not be empty: it has the filter to test"}}
	}
	if err := append(fs, checkFilter(asked.Filter)...).err(); err != nil {
		return nil, err
	}
	in, err := s.integration(ctx, req.ID)
	if err != nil {
		return nil, err
	}
	pattern, err := eventfilter.Compile(asked.Filter)
	if err != nil {
		return nil, err
	}
	page, err := s.cfg.Store.Dispatches(ctx, in.ID, webhook.DispatchQuery{Shards: in.Shards, Limit: maxTested})
	if err != nil {
		return nil, err
	}
	out := FilterTest{Events: []TestedEvent{}}
	for _, d := range page.Dispatches {
		if d.Event == nil || d.Trigger == webhook.TriggerTest {
			continue
		}
		tested := TestedEvent{DispatchID: d.ID}
		if mismatches := pattern.Explain(d.Event); mismatches != nil {
			tested.NotSent = s.because(mismatches)
		} else {
			out.Matched++
		}
		out.Events = append(out.Events, tested)
	}
	out.Tested = len(out.Events)
	return &filterTestOutput{Body: out}, nil
}

// because says why a filter does not want an event, without secret values. What is not a value, such as
// "missing" or "an object", is not masked.
func (s *server) because(all eventpattern.Mismatches) string {
	shown := slices.Clone(all)
	for i, m := range shown {
		if s.cfg.Secrets.Near(m.Path) && strings.ContainsRune(`"[-0123456789tf`, rune(m.Found[0])) {
			shown[i].Found = template.Mask
		}
	}
	return shown.String()
}
