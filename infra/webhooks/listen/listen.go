package listen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/client"
	"github.com/thordata/webhook-integration/shared/signing"
)

const (
	// pollEvery is how often the log of every integration is read.
	pollEvery = time.Second

	// perPoll is how many logs are read per second, at most: with more integrations, each is read
	// less often.
	perPoll = 10

	// newest is how many dispatches of an integration are looked at.
	newest = 100
)

// listener copies attempts. It is used by one goroutine.
type listener struct {
	api      *client.Client
	receiver *http.Client
	to       string // URL
	only     string // an integration's id, or ""
	out      io.Writer
	now      func() time.Time

	ids     []string                  // of the integrations, in turn
	next    int                       // in ids
	seen    map[string]map[string]int // by integration and dispatch: attempts that were copied, or older than the start
	secrets map[string]secrets        // by integration
}

type secrets struct {
	read    time.Time
	current []string
}

// dispatch is what the log tells about a dispatch.
type dispatch struct {
	ID            string   `json:"id"`
	IntegrationID string   `json:"integrationId"`
	EventType     string   `json:"eventType"`
	AttemptCount  int      `json:"attemptCount"`
	MaskedPaths   []string `json:"maskedPaths"`
	Attempts      []struct {
		Number      int       `json:"number"`
		StartedAt   time.Time `json:"startedAt"`
		RequestNote string    `json:"requestNote"`
		Request     *struct {
			Headers map[string]string `json:"headers"`
			Body    string            `json:"body"`
		} `json:"request"`
	} `json:"attempts"`
}

// poll reads the logs whose turn it is, and copies what is new if copying. It returns the number of
// integrations.
func (l *listener) poll(ctx context.Context, copying bool) (int, error) {
	if l.next >= len(l.ids) {
		if err := l.list(ctx); err != nil {
			return 0, err
		}
	}
	turn := l.ids[l.next:]
	if copying {
		turn = turn[:min(perPoll, len(turn))]
	}
	for _, id := range turn {
		err := l.read(ctx, id, copying)
		if status, ok := errors.AsType[*client.StatusError](err); ok && status.Status == http.StatusNotFound && l.only == "" {
			err = nil // deleted
		}
		if err != nil {
			return len(l.ids), err
		}
		l.next++
	}
	return len(l.ids), nil
}

// list reads the ids of the integrations.
func (l *listener) list(ctx context.Context) error {
	l.next = 0
	if l.only != "" {
		l.ids = []string{l.only}
		return nil
	}
	var ids []string
	for cursor := ""; ; {
		var page struct {
			Integrations []struct {
				ID string `json:"id"`
			} `json:"integrations"`
			Cursor string `json:"cursor"`
		}
		if err := l.api.Do(ctx, http.MethodGet, "/v1/integrations?limit=100&cursor="+url.QueryEscape(cursor), nil, &page); err != nil {
			return err
		}
		for _, in := range page.Integrations {
			ids = append(ids, in.ID)
		}
		if cursor = page.Cursor; cursor == "" {
			l.ids = ids
			return nil
		}
	}
}

// read reads the log of an integration. What it finds before the start is remembered and not
// copied; an integration that is created later has nothing from before.
func (l *listener) read(ctx context.Context, id string, copying bool) error {
	var log struct {
		Dispatches []dispatch `json:"dispatches"`
	}
	if err := l.api.Do(ctx, http.MethodGet, fmt.Sprintf("/v1/integrations/%s/dispatches?limit=%d", url.PathEscape(id), newest), nil, &log); err != nil {
		return err
	}
	if l.seen[id] == nil {
		l.seen[id] = map[string]int{}
	}
	before, now := l.seen[id], map[string]int{}
	if copying && len(log.Dispatches) == newest && !slices.ContainsFunc(log.Dispatches, func(d dispatch) bool { _, ok := before[d.ID]; return ok }) {
		fmt.Fprintf(l.out, "%s  more than %d new dispatches of integration %s: the newest are copied\n", l.clock(), newest, id)
	}
	for _, d := range slices.Backward(log.Dispatches) { // oldest first
		if copying && d.AttemptCount > before[d.ID] {
			if err := l.copy(ctx, d, before[d.ID]); err != nil {
				return err
			}
			before[d.ID] = d.AttemptCount // so that it is not copied again if the next one fails
		}
		now[d.ID] = d.AttemptCount
	}
	l.seen[id] = now
	return nil
}

// copy sends the attempts of a dispatch that are newer than the first n.
func (l *listener) copy(ctx context.Context, d dispatch, n int) error {
	path := fmt.Sprintf("/v1/integrations/%s/dispatches/%s", url.PathEscape(d.IntegrationID), url.PathEscape(d.ID))
	if err := l.api.Do(ctx, http.MethodGet, path, nil, &d); err != nil {
		return err
	}
	keys, err := l.secretsOf(ctx, d.IntegrationID)
	if err != nil {
		return err
	}
	for i := n; i < len(d.Attempts); i++ {
		a := d.Attempts[i]
		line := fmt.Sprintf("%s  %s  %s  attempt %d  ", l.clock(), d.EventType, d.ID, a.Number)
		if a.Request == nil || strings.HasPrefix(a.RequestNote, "Only the first") {
			fmt.Fprintln(l.out, line+"not copied: "+a.RequestNote)
			continue
		}
		signature, err := signing.Sign(keys, d.ID, a.StartedAt, []byte(a.Request.Body))
		if err != nil {
			return err
		}
		a.Request.Headers["webhook-signature"] = signature
		line += l.send(ctx, a.Request.Headers, a.Request.Body)
		if len(d.MaskedPaths) > 0 {
			line += "  (copied with a mask instead of " + strings.Join(d.MaskedPaths, ", ") + ")"
		}
		fmt.Fprintln(l.out, line)
	}
	return nil
}

// secretsEvery is how often the secrets of an integration are read again: they may be rotated.
const secretsEvery = time.Minute

func (l *listener) secretsOf(ctx context.Context, id string) ([]string, error) {
	if s, ok := l.secrets[id]; ok && l.now().Sub(s.read) < secretsEvery {
		return s.current, nil
	}
	var answer struct {
		SigningSecret  string `json:"signingSecret"`
		PreviousSecret string `json:"previousSecret"`
	}
	if err := l.api.Do(ctx, http.MethodGet, "/v1/integrations/"+url.PathEscape(id)+"/secret", nil, &answer); err != nil {
		return nil, err
	}
	keys := []string{answer.SigningSecret}
	if answer.PreviousSecret != "" {
		keys = append(keys, answer.PreviousSecret)
	}
	l.secrets[id] = secrets{l.now(), keys}
	return keys, nil
}

// send sends a request to the receiver and returns its answer in words.
func (l *listener) send(ctx context.Context, headers map[string]string, body string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.to, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	for name, value := range headers {
		if !strings.EqualFold(name, "Host") && !strings.EqualFold(name, "Content-Length") {
			req.Header[name] = []string{value} // keeps the spelling
		}
	}
	start := l.now()
	resp, err := l.receiver.Do(req)
	if err == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
		resp.Body.Close()
	}
	return describe(resp, err, l.now().Sub(start))
}
