package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

const askAgain = 20 * time.Millisecond

// dispatch is the part of a dispatch that the demo uses.
type dispatch struct {
	Status   string `json:"status"`
	Reason   string `json:"reason"`
	Attempts []struct {
		StartedAt      time.Time `json:"startedAt"`
		DurationMs     int       `json:"durationMs"`
		ResponseStatus int       `json:"responseStatus"`
		Request        *struct {
			Method  string            `json:"method"`
			URL     string            `json:"url"`
			Headers map[string]string `json:"headers"`
			Body    string            `json:"body"`
		} `json:"request"`
	} `json:"attempts"`
}

// arrival is the part of an inbox's request that the demo uses.
type arrival struct {
	Method  string      `json:"method"`
	URL     string      `json:"url"`
	Proto   string      `json:"proto"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body"`
}

// show prints the request as it arrived in the inbox. If an earlier run sent it and the inbox no
// longer has it, show prints it from the dispatch log.
func (d *Demo) show(ctx context.Context, in integration) error {
	s, err := d.ended(ctx, in.ID)
	if err != nil {
		return err
	}
	var inbox struct {
		Requests []arrival `json:"requests"`
	}
	if err := d.Node.Do(ctx, http.MethodGet, "/inbox/"+Inbox, nil, &inbox); err != nil {
		return err
	}
	switch {
	case len(inbox.Requests) > 0:
		a := inbox.Requests[0]
		fmt.Fprintf(d.Out, "This arrived in the inbox:\n\n")
		d.print(fmt.Sprintf("%s %s %s", a.Method, a.URL, a.Proto), flat(a.Headers), a.Body)
	case len(s.Attempts) > 0 && s.Attempts[len(s.Attempts)-1].Request != nil:
		a := s.Attempts[len(s.Attempts)-1]
		fmt.Fprintf(d.Out, "This was sent at %s, as stored in the dispatch log:\n\n", a.StartedAt.Local().Format(time.DateTime))
		d.print(a.Request.Method+" "+a.Request.URL, a.Request.Headers, a.Request.Body)
	}
	if len(s.Attempts) > 0 {
		a := s.Attempts[len(s.Attempts)-1]
		fmt.Fprintf(d.Out, "The response was %d after %d ms; the dispatch %s.\n", a.ResponseStatus, a.DurationMs, s.Status)
	} else {
		fmt.Fprintf(d.Out, "The dispatch is %s: %s\n", s.Status, s.Reason)
	}
	return nil
}

// ended waits until the integration's newest dispatch has ended, and returns it.
func (d *Demo) ended(ctx context.Context, id string) (dispatch, error) {
	for {
		newest, err := d.newest(ctx, id)
		if err != nil {
			return dispatch{}, err
		}
		var s dispatch
		if newest != "" {
			if err := d.Node.Do(ctx, http.MethodGet, "/v1/integrations/"+id+"/dispatches/"+newest, nil, &s); err != nil {
				return dispatch{}, err
			}
		}
		if s.Status == "SUCCEEDED" || s.Status == "FAILED" || s.Status == "HELD" {
			return s, nil
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return dispatch{}, context.Cause(ctx)
		}
	}
}

// print prints a request in a readable form.
func (d *Demo) print(line string, headers map[string]string, body string) {
	fmt.Fprintf(d.Out, "  %s\n", line)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		fmt.Fprintf(d.Out, "  %s: %s\n", name, headers[name])
	}
	fmt.Fprintf(d.Out, "\n  %s\n\n", indented(body))
}

func flat(h http.Header) map[string]string {
	out := make(map[string]string, len(h))
	for name, values := range h {
		out[name] = strings.Join(values, ", ")
	}
	return out
}

func indented(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "  ", "  ") != nil {
		return body
	}
	return b.String()
}
