package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

// CreateIntegration creates an integration for the events of Event, and returns its id.
func CreateIntegration(ctx context.Context, node *client.Client, name, requestURL string) (string, error) {
	var created struct {
		ID string `json:"id"`
	}
	err := node.Do(ctx, http.MethodPost, "/v1/integrations", map[string]any{
		"name": name, "eventTypes": []string{"ACTOR.RUN.SUCCEEDED"}, "requestUrl": requestURL,
	}, &created)
	return created.ID, err
}

// Queues are the sizes of a node's queues, including messages in flight.
type Queues map[string]struct {
	Ready    int `json:"ready"`
	InFlight int `json:"inFlight"`
	Waiting  int `json:"waiting"`
}

// Pending returns the number of messages that are not yet delivered.
func (q Queues) Pending() int {
	n := 0
	for _, name := range []string{"deliveries", "retries"} {
		n += q[name].Ready + q[name].InFlight + q[name].Waiting
	}
	return n
}

// Dead returns the number of dead letters.
func (q Queues) Dead() int { return q["dead"].Ready + q["dead"].InFlight + q["dead"].Waiting }

// Status reads the sizes of a node's queues.
func Status(ctx context.Context, node *client.Client) (Queues, error) {
	var status struct {
		Queues Queues `json:"queues"`
	}
	err := node.Do(ctx, http.MethodGet, "/status", nil, &status)
	return status.Queues, err
}

// Drained waits until a node has no pending messages. It returns an error if there are dead
// letters.
func Drained(ctx context.Context, node *client.Client) error {
	for {
		queues, err := Status(ctx, node)
		if err == nil && queues.Pending() == 0 {
			if queues.Dead() > 0 {
				return fmt.Errorf("%d dead letters", queues.Dead())
			}
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), fmt.Errorf("messages are still pending: %+v", queues), err)
		}
	}
}

// Configured is the part of an integration that the tests check.
type Configured struct {
	Status string `json:"status"`
	Health struct {
		State   string `json:"state"`
		Waiting int    `json:"waiting"`
	} `json:"health"`
}

// Integration reads an integration from a node.
func Integration(ctx context.Context, node *client.Client, id string) (in Configured, err error) {
	err = node.Do(ctx, http.MethodGet, "/v1/integrations/"+id, nil, &in)
	return in, err
}

// Dispatch is the part of a dispatch that the tests check.
type Dispatch struct {
	ID      string `json:"id"`
	EventID string `json:"eventId"`
	Status  string `json:"status"`
}

// Dispatches reads all dispatches of an integration.
func Dispatches(ctx context.Context, node *client.Client, id string) ([]Dispatch, error) {
	var all []Dispatch
	for cursor := ""; ; {
		var page struct {
			Dispatches []Dispatch `json:"dispatches"`
			Cursor     string     `json:"cursor"`
		}
		path := "/v1/integrations/" + id + "/dispatches?limit=100&cursor=" + cursor
		if err := node.Do(ctx, http.MethodGet, path, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Dispatches...)
		if cursor = page.Cursor; cursor == "" {
			return all, nil
		}
	}
}
