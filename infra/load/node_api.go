package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// CreateIntegration asks a node's API for an integration of a user on the events
// that Event makes, and returns its id.
func CreateIntegration(ctx context.Context, nodeURL, user, name, requestURL string) (string, error) {
	body, err := json.Marshal(map[string]any{
		"name": name, "eventTypes": []string{"ACTOR.RUN.SUCCEEDED"}, "requestUrl": requestURL,
	})
	if err != nil {
		return "", err
	}
	var created struct {
		ID string `json:"id"`
	}
	err = call(ctx, user, http.MethodPost, nodeURL+"/v1/integrations", body, http.StatusCreated, &created)
	return created.ID, err
}

// Queues is how many messages a node's queues hold, waiting and in hand.
type Queues map[string]struct {
	Ready    int `json:"ready"`
	InFlight int `json:"inFlight"`
	Waiting  int `json:"waiting"`
}

// Pending counts what is still to be delivered.
func (q Queues) Pending() int {
	n := 0
	for _, name := range []string{"deliveries", "retries"} {
		n += q[name].Ready + q[name].InFlight + q[name].Waiting
	}
	return n
}

// Dead counts what nobody could handle.
func (q Queues) Dead() int { return q["dead"].Ready + q["dead"].InFlight + q["dead"].Waiting }

// Status reads a node's queues.
func Status(ctx context.Context, nodeURL string) (Queues, error) {
	var status struct {
		Queues Queues `json:"queues"`
	}
	err := call(ctx, User, http.MethodGet, nodeURL+"/status", nil, http.StatusOK, &status)
	return status.Queues, err
}

// Drained waits until a node has nothing left to deliver. Messages that nobody
// could handle are an error.
func Drained(ctx context.Context, nodeURL string) error {
	for {
		queues, err := Status(ctx, nodeURL)
		if err == nil && queues.Pending() == 0 {
			if queues.Dead() > 0 {
				return fmt.Errorf("%d messages are dead: nobody could handle them", queues.Dead())
			}
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), fmt.Errorf("messages are still to be delivered: %+v", queues), err)
		}
	}
}

// Configured is what the books need of an integration.
type Configured struct {
	Status string `json:"status"`
}

// Integration reads an integration from a node.
func Integration(ctx context.Context, nodeURL, user, id string) (in Configured, err error) {
	err = call(ctx, user, http.MethodGet, nodeURL+"/v1/integrations/"+id, nil, http.StatusOK, &in)
	return in, err
}

// Dispatch is what the books need of a dispatch.
type Dispatch struct {
	ID      string `json:"id"`
	EventID string `json:"eventId"`
	Status  string `json:"status"`
}

// Dispatches reads an integration's whole dispatch log from a node.
func Dispatches(ctx context.Context, nodeURL, user, id string) ([]Dispatch, error) {
	var all []Dispatch
	for cursor := ""; ; {
		var page struct {
			Dispatches []Dispatch `json:"dispatches"`
			Cursor     string     `json:"cursor"`
		}
		path := nodeURL + "/v1/integrations/" + id + "/dispatches?limit=100&cursor=" + cursor
		if err := call(ctx, user, http.MethodGet, path, nil, http.StatusOK, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Dispatches...)
		if cursor = page.Cursor; cursor == "" {
			return all, nil
		}
	}
}

func call(ctx context.Context, user, method, url string, body []byte, want int, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-User-Id", user)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != want {
		return fmt.Errorf("%s %s answered %d: %.300s", method, url, resp.StatusCode, answer)
	}
	return json.Unmarshal(answer, into)
}
