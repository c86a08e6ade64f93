// Package client is a client of the API and of a node's bus: JSON for the one, PutEvents for the
// other.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/thordata/webhook-integration/functions/fanout"
)

// Client calls one node or deployed stack as one user.
type Client struct {
	URL  string       // such as http://127.0.0.1:8080
	User string       // if empty, the node's default caller; only for nodes without authentication
	Key  string       // an API key or a token; if empty, requests are not authenticated
	HTTP *http.Client // if nil, http.DefaultClient
}

// Do sends body as JSON, if it is not nil, and decodes the JSON response into into, if that is not
// nil. It returns a *StatusError for statuses of 400 and above.
func (c *Client) Do(ctx context.Context, method, path string, body, into any) error {
	return c.do(ctx, method, path, http.Header{"Content-Type": {"application/json"}}, body, into)
}

// StatusError is a response with a status of 400 or above.
type StatusError struct {
	Method, Path string
	Status       int
	Body         []byte
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s %s answered %d: %.500s", e.Method, e.Path, e.Status, bytes.TrimSpace(e.Body))
}

// Put puts at most 10 task events on the bus. It returns nil if all were accepted; after an error,
// some may have been.
func (c *Client) Put(ctx context.Context, details ...[]byte) error {
	type entry struct{ Source, DetailType, Detail string }
	var call struct{ Entries []entry }
	source := fanout.DefaultSource()
	for _, d := range details {
		call.Entries = append(call.Entries, entry{source.Name, source.DetailType, string(d)})
	}
	var answer struct {
		FailedEntryCount int
		Entries          []struct{ ErrorCode, ErrorMessage string }
	}
	header := http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"AWSEvents.PutEvents"}}
	if err := c.do(ctx, http.MethodPost, "/", header, call, &answer); err != nil {
		return err
	}
	var errs []error
	for i, e := range answer.Entries {
		if e.ErrorCode != "" {
			errs = append(errs, fmt.Errorf("event %d of %d: %s: %s", i+1, len(details), e.ErrorCode, e.ErrorMessage))
		}
	}
	return errors.Join(errs...)
}

func (c *Client) do(ctx context.Context, method, path string, header http.Header, body, into any) error {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.URL+path, &sent)
	if err != nil {
		return err
	}
	req.Header = header
	if c.User != "" {
		req.Header.Set("X-User-Id", c.User)
	}
	if c.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.Key)
	}
	resp, err := c.http().Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return &StatusError{Method: method, Path: path, Status: resp.StatusCode, Body: answer}
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

func (c *Client) http() *http.Client {
	if c.HTTP == nil {
		return http.DefaultClient
	}
	return c.HTTP
}
