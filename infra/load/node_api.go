package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
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
