package api

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	// maxTied is how many dispatches of events of one moment are put into order; of more, some stand in
	// the order of their ids.
	maxTied = 1000

	// tiedPage is how many more are read at a time where a page ends within a moment.
	tiedPage = 250
)

// A place is where a list of dispatches goes on: behind an id, and some of what follows, which
// are of one moment.
type place struct {
	after string
	skip  int
}

func (p place) String() string {
	if p.skip == 0 {
		return p.after
	}
	return p.after + "~" + strconv.Itoa(p.skip)
}

func parsePlace(text string) (place, bool) {
	after, skip, some := strings.Cut(text, "~")
	if !some {
		return place{after: after}, true
	}
	n, err := strconv.Atoi(skip)
	return place{after, n}, err == nil && 0 < n && n <= 2*maxTied
}

// ordered returns up to limit dispatches in the order in which they were accepted. The store sorts by
// the events' times, many of which are whole seconds, and ids tell nothing about the order within.
// It returns nil as the place to go on when there are no more.
func (s *server) ordered(ctx context.Context, integrationID string, q webhook.DispatchQuery, at place, limit int) ([]webhook.Dispatch, *place, error) {
	want := at.skip + limit
	q.After = at.after
	all, rest, err := s.readMoments(ctx, integrationID, q, want)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(all)) // in the store's order, which its cursors follow
	for i, d := range all {
		ids[i] = d.ID
	}
	accept(all, q.OldestFirst)
	end := min(want, len(all))
	shown := all[min(at.skip, end):end]
	switch {
	case end == len(all) && rest == "":
		return shown, nil, nil
	case end == len(all):
		return shown, &place{after: rest}, nil
	}
	first := end // of the moment that the page ends in
	for first > 0 && all[first-1].CreatedAt.Equal(all[end].CreatedAt) {
		first--
	}
	next := place{after: at.after, skip: end - first}
	if first > 0 {
		next.after = ids[first-1]
	}
	return shown, &next, nil
}

// wholeMoments is ordered for who changes what it reads: it returns more than limit where those of the
// last moment are more, and goes on behind an id.
func (s *server) wholeMoments(ctx context.Context, integrationID string, q webhook.DispatchQuery, limit int) (all []webhook.Dispatch, rest string, err error) {
	all, rest, err = s.readMoments(ctx, integrationID, q, limit)
	end := min(limit, len(all))
	for end < len(all) && all[end].CreatedAt.Equal(all[end-1].CreatedAt) {
		end++
	}
	if end < len(all) {
		all, rest = all[:end], all[end-1].ID
	}
	accept(all, q.OldestFirst)
	return all, rest, err
}

// readMoments reads n dispatches and those of the same moment as the last, in the store's order. rest is
// where the store goes on, "" at the end.
func (s *server) readMoments(ctx context.Context, integrationID string, q webhook.DispatchQuery, n int) (all []webhook.Dispatch, rest string, err error) {
	q.Limit = n + 1
	for {
		page, err := s.cfg.Store.Dispatches(ctx, integrationID, q)
		if err != nil {
			return nil, "", err
		}
		all, rest = append(all, page.Dispatches...), page.Next
		short := len(all) <= n // the store reads a bounded amount: a page of a rare status may be short
		if rest == "" || short || settled(all, n) {
			return all, rest, nil
		}
		q.After, q.Limit = rest, tiedPage
	}
}

// settled reports whether the first n are known, with all that are of the same moment as the last.
func settled(all []webhook.Dispatch, n int) bool {
	return len(all) > n && !all[n-1].CreatedAt.Equal(all[len(all)-1].CreatedAt) || len(all) > n+maxTied
}

// accept sorts those of each moment in the order in which they were accepted, or the other way round.
func accept(all []webhook.Dispatch, oldestFirst bool) {
	slices.SortStableFunc(all, func(a, b webhook.Dispatch) int {
		order := a.CreatedAt.Compare(b.CreatedAt)
		if order == 0 {
			order = a.Accepted.Compare(b.Accepted)
		}
		if !oldestFirst {
			order = -order
		}
		return order
	})
}
