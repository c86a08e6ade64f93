package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"time"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// wire is a message as it is queued, with its version.
type wire struct {
	Message
	version int
}

// readWire reads the known fields of a message's JSON.
func readWire(body []byte) (wire, error) {
	w := wire{Message: Message{CreatedAt: time.UnixMilli(0).UTC(), Accepted: time.UnixMilli(0).UTC()}}
	var wrong error
	valid := jsonscan.Members(body, func(key []byte, value json.RawMessage) {
		if absent(value) || wrong != nil {
			return
		}
		if err := w.set(string(key), value); err != nil {
			wrong = fmt.Errorf("%s: %w", key, err)
		}
	})
	if !valid {
		return w, errors.New(whyInvalid(body))
	}
	return w, wrong
}

// set sets one field.
func (w *wire) set(key string, value json.RawMessage) (err error) {
	switch key {
	case "v":
		w.version, err = number(value)
	case "dispatchId":
		w.DispatchID, err = quoted[string](value)
	case "integrationId":
		w.IntegrationID, err = quoted[string](value)
	case "userId":
		w.UserID, err = quoted[string](value)
	case "eventId":
		w.EventID, err = quoted[string](value)
	case "eventType":
		w.EventType, err = quoted[EventType](value)
	case "trigger":
		w.Trigger, err = quoted[Trigger](value)
	case "round":
		w.Round, err = number(value)
	case "createdAt":
		w.CreatedAt, err = moment(value)
	case "accepted":
		w.Accepted, err = moment(value)
	case "acceptedMicros":
		var micros int
		micros, err = number(value)
		w.Accepted = w.Accepted.Add(time.Duration(micros) * time.Microsecond)
	case "shards":
		w.Shards, err = number(value)
	case "probe":
		w.Probe = string(value) == "true"
	case "event":
		w.Event = value
	}
	return err
}

func quoted[T ~string](value json.RawMessage) (T, error) {
	if value[0] != '"' {
		return "", errors.New("it is not a string")
	}
	return T(bytes.ToValidUTF8(jsonscan.Unquote(value), []byte("\uFFFD"))), nil
}

func number(value json.RawMessage) (int, error) { return strconv.Atoi(string(value)) }

// moment parses Unix milliseconds.
func moment(value json.RawMessage) (time.Time, error) {
	ms, err := strconv.ParseInt(string(value), 10, 64)
	return time.UnixMilli(ms).UTC(), err
}
