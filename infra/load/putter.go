package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// PerCall is the most events that one call of PutEvents takes.
const PerCall = 10

// Putter puts a user's events on a node's bus by its wire protocol.
type Putter struct {
	URL    string // the node's
	User   string
	Client *http.Client
	Began  time.Time // of the stream: event n is n milliseconds younger, however often it is put
}

// Put sends the events from up to (excluding) to, at most PerCall, in one call. It returns nil
// when every one was accepted; after an error some may have been, and sending
// them all again is harmless, for they bear their own event ids.
func (p *Putter) Put(ctx context.Context, from, to int) error {
	entries := make([]map[string]string, 0, PerCall)
	for n := from; n < to; n++ {
		entries = append(entries, map[string]string{
			"Source": "thordata.scraper", "DetailType": "Web Scraper Task Status Change",
			"Detail": string(Event(p.User, n, p.Began.Add(time.Duration(n)*time.Millisecond))),
		})
	}
	body, err := json.Marshal(map[string]any{"Entries": entries})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSEvents.PutEvents")
	resp, err := p.Client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var out struct{ FailedEntryCount int }
	if err := json.Unmarshal(answer, &out); err != nil || resp.StatusCode != http.StatusOK || out.FailedEntryCount > 0 {
		return fmt.Errorf("PutEvents answered %d: %.300s", resp.StatusCode, answer)
	}
	return nil
}
