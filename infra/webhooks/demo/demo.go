// Package demo sends an example webhook through a node, using only its API and bus.
package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/thordata/webhook-integration/events"
	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

const (
	// Inbox is the name of the inbox that receives the demo's webhook.
	Inbox = "demo"

	name = "Demo"
)

// Demo demonstrates a node.
type Demo struct {
	Node   *client.Client
	Out    io.Writer
	Within time.Duration // timeout for the arrival of the webhook
}

// Run creates the integration and sends the event, unless an earlier run with the same database
// did, and prints the request that arrived.
func (d *Demo) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, d.Within, fmt.Errorf("no webhook arrived within %v: see the log above", d.Within))
	defer cancel()
	in, err := d.integration(ctx)
	if err != nil {
		return fmt.Errorf("demo: create the integration: %w", err)
	}
	dispatch, err := d.newest(ctx, in.ID)
	if err != nil {
		return fmt.Errorf("demo: read the dispatch log: %w", err)
	}
	if dispatch == "" {
		fmt.Fprintf(d.Out, "Putting the example event on the bus ...\n")
		if err := d.Node.Put(ctx, events.TaskSucceeded); err != nil {
			return fmt.Errorf("demo: put the event: %w", err)
		}
	} else {
		fmt.Fprintf(d.Out, "An earlier run has already sent the example event; it is not sent again.\n")
	}
	if err := d.show(ctx, in); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	fmt.Fprintln(d.Out, "\nThe node keeps running; stop it with Ctrl-C.")
	return nil
}

type integration struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	RequestURL string `json:"requestUrl"`
}

// integration returns the demo's integration. It creates it if there is none, and updates its URL
// if the node's address has changed.
func (d *Demo) integration(ctx context.Context) (integration, error) {
	inbox := d.Node.URL + "/inbox/" + Inbox
	var list struct {
		Integrations []integration `json:"integrations"`
	}
	if err := d.Node.Do(ctx, http.MethodGet, "/v1/integrations?limit=100", nil, &list); err != nil {
		return integration{}, err
	}
	for _, in := range list.Integrations {
		if in.Name != name {
			continue
		}
		if in.RequestURL == inbox {
			return in, nil
		}
		err := d.Node.Do(ctx, http.MethodPatch, "/v1/integrations/"+in.ID, map[string]any{"requestUrl": inbox}, &in)
		return in, err
	}
	var in integration
	err := d.Node.Do(ctx, http.MethodPost, "/v1/integrations", map[string]any{
		"name": name, "eventTypes": []string{"ACTOR.RUN.SUCCEEDED"}, "requestUrl": inbox,
		"description":     "Created by the demo; change it as you like.",
		"headersTemplate": `{"X-Task": "{{taskId}}"}`,
	}, &in)
	return in, err
}

// newest returns the id of the integration's newest dispatch, "" if it has none.
func (d *Demo) newest(ctx context.Context, id string) (string, error) {
	var log struct {
		Dispatches []struct {
			ID string `json:"id"`
		} `json:"dispatches"`
	}
	if err := d.Node.Do(ctx, http.MethodGet, "/v1/integrations/"+id+"/dispatches?limit=1", nil, &log); err != nil || len(log.Dispatches) == 0 {
		return "", err
	}
	return log.Dispatches[0].ID, nil
}
