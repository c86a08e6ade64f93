package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/shared/ids"
	"github.com/thordata/webhook-integration/shared/webhook"
)

type dispatchesInput struct {
	ID     string   `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	Status []string `query:"status,explode" nullable:"false" doc:"Only these: $dispatchStatuses. Repeat it, or separate with commas." example:"[\"FAILED\"]"`
	Since  string   `query:"since" format:"date-time" doc:"Only dispatches created at this time (RFC 3339) or later." example:"2025-06-07T00:00:00Z"`
	Until  string   `query:"until" format:"date-time" doc:"Only dispatches created before this time." example:"2025-06-08T00:00:00Z"`
	Limit  int      `query:"limit" minimum:"1" doc:"Maximum number of entries in a page; the limit of the deployment by default." example:"20"`
	Cursor string   `query:"cursor" doc:"The cursor of the previous page, with the same filters."`
}

type dispatchPage struct {
	Dispatches []DispatchSummary `json:"dispatches" nullable:"false"`
	Cursor     string            `json:"cursor,omitempty" doc:"The cursor of the next page; absent on the last. A page may be short, even empty, and still have one: a rare status takes more than one page to find."`
}

type dispatchesOutput struct{ Body dispatchPage }

// listDispatches lists an integration's dispatches, newest first.
func (s *server) listDispatches(ctx context.Context, req *dispatchesInput) (*dispatchesOutput, error) {
	in, err := s.integration(ctx, req.ID)
	if err != nil {
		return nil, err
	}
	q, l, err := s.dispatchQuery(req, in)
	if err != nil {
		return nil, err
	}
	at, ok := parsePlace(q.After)
	if !ok {
		return nil, wrongCursor("query.cursor")
	}
	page, next, err := s.ordered(ctx, in.ID, q, at, q.Limit)
	if err != nil {
		return nil, err
	}
	out := dispatchPage{Dispatches: make([]DispatchSummary, len(page))}
	if next != nil {
		out.Cursor = l.cursor(next.String())
	}
	for i, d := range page {
		out.Dispatches[i] = s.summary(d)
	}
	return &dispatchesOutput{Body: out}, nil
}

// dispatchQuery returns the store query of a request and the list that its cursors belong to.
func (s *server) dispatchQuery(req *dispatchesInput, in webhook.Integration) (webhook.DispatchQuery, list, error) {
	q := webhook.DispatchQuery{Shards: in.Shards}
	var fs faults
	q.Since, fs = parseTime(req.Since, "query.since", fs)
	q.Until, fs = parseTime(req.Until, "query.until", fs)
	q.Statuses, fs = parseStatuses(req.Status, webhook.DispatchStatuses(), "query.status", fs)
	limit, err := s.pageSize(req.Limit)
	fs = append(fs, faultsOf(err, "")...)
	l := dispatchList(in, q)
	after, ok := l.after(req.Cursor)
	if !ok && len(fs) == 0 {
		return q, l, wrongCursor("query.cursor")
	}
	q.After, q.Limit = after, limit
	return q, l, fs.err()
}

// dispatchList returns the list of an integration's dispatches that q selects.
func dispatchList(in webhook.Integration, q webhook.DispatchQuery) list {
	l := list{"dispatches", in.UserID, in.ID, fmt.Sprint(q.OldestFirst), instant(q.Since), instant(q.Until)}
	for _, st := range q.Statuses {
		l = append(l, string(st))
	}
	return l
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func parseTime(text, location string, fs faults) (time.Time, faults) {
	if text == "" {
		return time.Time{}, fs
	}
	t, err := time.Parse(time.RFC3339, text)
	if t = t.UTC(); err != nil || t.Year() < 0 || t.Year() > 9999 { // cursors cannot contain other years
		return t, append(fs, Fault{Location: location, Message: wantTime})
	}
	return t, fs
}

// parseStatuses parses statuses that are repeated or separated by commas, and returns them in a
// fixed order.
func parseStatuses(given []string, allowed []webhook.DispatchStatus, location string, fs faults) ([]webhook.DispatchStatus, faults) {
	var statuses []webhook.DispatchStatus
	for _, text := range given {
		for name := range strings.SplitSeq(text, ",") {
			st := webhook.DispatchStatus(strings.ToUpper(strings.TrimSpace(name)))
			if !slices.Contains(allowed, st) {
				return nil, append(fs, Fault{Location: location, Message: fmt.Sprintf("%.40q is not one of %s", name, statusNames(allowed))})
			}
			statuses = append(statuses, st)
		}
	}
	slices.Sort(statuses)
	return slices.Compact(statuses), fs
}

func statusNames(statuses []webhook.DispatchStatus) string {
	names := make([]string, len(statuses))
	for i, st := range statuses {
		names[i] = string(st)
	}
	return strings.Join(names, ", ")
}

// pageSize returns the number of entries of a page: the requested number, or the maximum by
// default.
func (s *server) pageSize(asked int) (int, error) {
	most := s.cfg.Limits.Page
	if asked < 0 || asked > most {
		return 0, faults{{Location: "query.limit", Message: fmt.Sprintf("must be from 1 to %d", most), Value: asked}}
	}
	if asked == 0 {
		return most, nil
	}
	return asked, nil
}

type dispatchInput struct {
	ID         string `path:"id" doc:"The integration's id." example:"01JX4A0000XK3Q9R2M4K6H8B5T"`
	DispatchID string `path:"dispatch" doc:"The dispatch's id." example:"01JX4A6V8Z5T3N7Q9R2M4K6H8B"`
}

// dispatch returns the caller's dispatch and its integration.
func (s *server) dispatch(ctx context.Context, req *dispatchInput) (webhook.Integration, webhook.Dispatch, error) {
	in, err := s.integration(ctx, req.ID)
	if err != nil {
		return in, webhook.Dispatch{}, err
	}
	if !ids.Valid(req.DispatchID) {
		return in, webhook.Dispatch{}, webhook.ErrNotFound
	}
	d, err := s.cfg.Store.Dispatch(ctx, in.ID, req.DispatchID)
	return in, d, err
}

type acceptedDispatch struct {
	DispatchID string `json:"dispatchId" example:"01JX4A6V8Z5T3N7Q9R2M4K6H8B"`
}

type acceptedOutput struct {
	Location string `header:"Location" doc:"The URL of the dispatch."`
	Body     acceptedDispatch
}

func accepted(ref webhook.Ref) *acceptedOutput {
	return &acceptedOutput{
		Location: "/v1/integrations/" + ref.IntegrationID + "/dispatches/" + ref.DispatchID,
		Body:     acceptedDispatch{DispatchID: ref.DispatchID},
	}
}

// mustBeActive returns a problem if the integration is not active, because nothing would be
// delivered.
func mustBeActive(in webhook.Integration) error {
	if in.Status == webhook.Active {
		return nil
	}
	return newProblem(http.StatusConflict, "The integration is %s: nothing would be delivered. Set its status to active first.", in.Status)
}
