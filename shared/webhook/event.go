package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

const (
	maxUserID  = 128 // characters
	maxEventID = 256
)

// TaskEvent is a task event sent by the platform: the detail of an EventBridge event.
type TaskEvent struct {
	ID        string // the producer's eventId, or the bus's id if there is none
	UserID    string // digits as written where the platform sent a number
	Type      EventType
	CreatedAt time.Time // UTC; the event's createdAt, or Accepted if that is missing or unusable
	Accepted  time.Time // UTC; when the bus accepted the event

	// Warning says what the platform should fix in the event, for the log. "" means nothing.
	Warning string

	// JSON is the event as the producer wrote it: one valid JSON object in valid UTF-8. It is kept
	// as bytes so that receivers get numbers and key order unchanged.
	JSON []byte
}

// ErrUnknownEventType reports a well-formed event of a type that integrations cannot subscribe to.
var ErrUnknownEventType = errors.New("unknown event type")

// ParseEvent parses the detail of an event whose type is one of types. busID and accepted are the
// id and time assigned by the bus; they are used if the event has none of its own.
//
// It returns a *FieldError for a missing or invalid field, or an error wrapping
// ErrUnknownEventType.
func ParseEvent(types EventTypes, detail []byte, busID string, accepted time.Time) (TaskEvent, error) {
	detail = bytes.TrimSpace(detail)
	if !bytes.HasPrefix(detail, []byte("{")) {
		return TaskEvent{}, &FieldError{Field: "detail", Reason: "is not a JSON object"}
	}
	d, ok := eventFields(detail)
	if !ok {
		return TaskEvent{}, &FieldError{Field: "detail", Reason: "is not valid JSON: " + whyInvalid(detail)}
	}
	user, err := userID(d.userID)
	if err != nil {
		return TaskEvent{}, err
	}
	kind, err := eventType(types, d.eventType)
	if err != nil {
		return TaskEvent{}, err
	}
	ev := TaskEvent{ID: busID, UserID: user, Type: kind, Accepted: accepted.UTC(), JSON: validUTF8(detail)}
	if ev.ID, err = eventID(d.eventID, busID); err != nil {
		return TaskEvent{}, err
	}
	ev.CreatedAt, ev.Warning = createdAt(d.createdAt, ev.Accepted)
	return ev, nil
}

// rawFields are the fields of an event that this program reads; nil if absent.
type rawFields struct{ eventID, userID, eventType, createdAt json.RawMessage }

// eventFields reports false if the detail is not a valid JSON object.
func eventFields(detail []byte) (d rawFields, ok bool) {
	ok = jsonscan.Members(detail, func(key []byte, value json.RawMessage) {
		switch string(key) {
		case "eventId":
			d.eventID = value
		case "userId":
			d.userID = value
		case "eventType":
			d.eventType = value
		case "createdAt":
			d.createdAt = value
		}
	})
	return d, ok
}

// whyInvalid describes the syntax error in b.
func whyInvalid(b []byte) string {
	var value json.RawMessage
	if err := json.Unmarshal(b, &value); err != nil {
		return err.Error()
	}
	return "it is not an object"
}

// validUTF8 replaces invalid UTF-8, which encoding/json accepts but receivers may reject.
func validUTF8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	return bytes.ToValidUTF8(b, []byte("\uFFFD"))
}

// userID accepts a string or an integer. An integer keeps its spelling.
func userID(raw json.RawMessage) (string, error) {
	wrong := func(reason string) (string, error) {
		return "", &FieldError{Field: "userId", Reason: reason}
	}
	if absent(raw) {
		return wrong("is missing: an event must name its user")
	}
	var s string
	if raw[0] == '"' {
		s = text(raw)
	} else if wholeNumber(raw) {
		s = string(raw)
	} else {
		return wrong("must be a string or a whole number")
	}
	if reason := CheckUserID(s); reason != "" {
		return wrong(reason)
	}
	return s, nil
}

// CheckUserID returns why a user id is invalid, or "". A user id has 1 to 128 characters, none of
// them a control character, a space or '#', which separates the parts of a table key.
func CheckUserID(s string) string {
	switch {
	case s == "":
		return "must not be empty"
	case utf8.RuneCountInString(s) > maxUserID:
		return fmt.Sprintf("must have at most %d characters", maxUserID)
	}
	for _, r := range s {
		if r == '#' || r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return fmt.Sprintf("must not contain %q", r)
		}
	}
	return ""
}

func eventType(types EventTypes, raw json.RawMessage) (EventType, error) {
	if absent(raw) {
		return "", &FieldError{Field: "eventType", Reason: "is missing: want one of " + types.String()}
	}
	if raw[0] != '"' {
		return "", &FieldError{Field: "eventType", Reason: "must be a string: one of " + types.String()}
	}
	t := EventType(text(raw))
	if !types.Known(t) {
		return "", fmt.Errorf("%w %.100q: known are %s", ErrUnknownEventType, t, types)
	}
	return t, nil
}

func eventID(raw json.RawMessage, busID string) (string, error) {
	if absent(raw) {
		return busID, nil
	}
	id := string(raw)
	if raw[0] == '"' {
		id = text(raw)
	} else if !wholeNumber(raw) {
		return "", &FieldError{Field: "eventId", Reason: "must be a string or a whole number"}
	}
	if id == "" || len(id) > maxEventID {
		return "", &FieldError{Field: "eventId", Reason: fmt.Sprintf("must have 1 to %d bytes", maxEventID)}
	}
	return id, nil
}

// createdAt returns the event's createdAt. It returns accepted, the bus's time, if createdAt is
// missing or outside of 1970 to 9999, the range of ids and JSON; and also, with a warning, if it is
// not RFC 3339. Only the receiver needs this time, so a bad one must not lose the notification.
func createdAt(raw json.RawMessage, accepted time.Time) (at time.Time, warning string) {
	if absent(raw) || string(raw) == `""` {
		return accepted, ""
	}
	if raw[0] == '"' {
		if t, err := time.Parse(time.RFC3339, text(raw)); err == nil {
			if t = t.UTC(); t.UnixMilli() < 0 || t.Year() > 9999 {
				return accepted, ""
			}
			return t, ""
		}
	}
	return accepted, fmt.Sprintf("createdAt is %.40s, not a time like 2025-06-07T06:33:14Z; using the bus's time", raw)
}

func absent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

func text(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s) // raw is a string that was valid JSON a moment ago
	return s
}

func wholeNumber(raw json.RawMessage) bool {
	digits := bytes.TrimPrefix(raw, []byte("-"))
	return len(digits) > 0 && len(bytes.Trim(digits, "0123456789")) == 0
}
