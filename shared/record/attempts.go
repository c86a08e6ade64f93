package record

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// attempt is a webhook.Attempt in a record. Names are short because a record can have dozens of
// attempts. Fields may be added, but never change their meaning.
type attempt struct {
	Number   int               `json:"n"`
	Round    int               `json:"r,omitempty"`
	Started  int64             `json:"t,omitempty"` // Unix milliseconds
	Duration int64             `json:"d,omitempty"` // milliseconds
	Status   int               `json:"s,omitempty"`
	Body     string            `json:"b,omitempty"`
	Code     webhook.ErrorCode `json:"c,omitempty"`
	Message  string            `json:"m,omitempty"`
	Version  int               `json:"v,omitempty"`
}

// appendAttempts appends the attempts as JSON, followed by a line feed.
func appendAttempts(b []byte, attempts []webhook.Attempt) ([]byte, error) {
	stored := make([]attempt, len(attempts))
	for i, a := range attempts {
		stored[i] = attempt{
			Number: a.Number, Round: a.Round, Duration: a.Duration.Milliseconds(),
			Status: a.ResponseStatus, Body: a.ResponseBody,
			Code: a.Code, Message: a.Message, Version: a.IntegrationVersion,
		}
		if !a.StartedAt.IsZero() {
			stored[i].Started = a.StartedAt.UnixMilli()
		}
	}
	buf := bytes.NewBuffer(b)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false) // responses are often HTML: "<p>" takes 3 bytes instead of 13
	err := enc.Encode(stored)
	return buf.Bytes(), err
}

func parseAttempts(log []byte) ([]webhook.Attempt, error) {
	var stored []attempt
	if err := json.Unmarshal(log, &stored); err != nil {
		return nil, err
	}
	if len(stored) == 0 {
		return nil, nil
	}
	attempts := make([]webhook.Attempt, len(stored))
	for i, a := range stored {
		attempts[i] = webhook.Attempt{
			Number: a.Number, Round: a.Round, Duration: time.Duration(a.Duration) * time.Millisecond,
			ResponseStatus: a.Status, ResponseBody: a.Body,
			Code: a.Code, Message: a.Message, IntegrationVersion: a.Version,
		}
		if a.Started != 0 {
			attempts[i].StartedAt = time.UnixMilli(a.Started).UTC()
		}
	}
	return attempts, nil
}
