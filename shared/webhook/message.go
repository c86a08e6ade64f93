package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

const messageVersion = 1

// Message is a queued request to deliver one dispatch. It has everything that the delivery needs
// apart from the integration, so that nothing is written before the first attempt has ended.
type Message struct {
	Ref
	EventID   string
	EventType EventType
	Trigger   Trigger
	Round     int       // of the dispatch, 0 at first
	CreatedAt time.Time // the dispatch's
	Accepted  time.Time // when the bus or the API accepted what caused it
	Probe     bool      // tests whether a failing endpoint has recovered: it is sent although others wait
	Event     []byte    // the task event's JSON; after DecodeMessage, a slice of the decoded bytes
}

// Dispatch returns the message's dispatch in its initial state, before any attempt.
func (m Message) Dispatch() Dispatch {
	return Dispatch{
		ID: m.DispatchID, IntegrationID: m.IntegrationID, UserID: m.UserID,
		EventID: m.EventID, EventType: m.EventType, Trigger: m.Trigger, Round: m.Round,
		Status: DispatchPending, CreatedAt: m.CreatedAt, Accepted: m.Accepted, Shards: m.Shards, Event: m.Event,
	}
}

// Message returns the message for the dispatch's next attempt.
func (d Dispatch) Message() Message {
	return Message{
		Ref: d.Ref(), EventID: d.EventID, EventType: d.EventType, Trigger: d.Trigger, Round: d.Round,
		CreatedAt: d.CreatedAt, Accepted: d.Accepted, Event: d.Event,
	}
}

// Delayed is a message that becomes visible after a delay of at most 15 minutes.
type Delayed struct {
	Message
	After time.Duration
}

// Group is the message's group ID in the fair queue. Each integration has its own, so that its
// backlog does not delay others.
func (m Message) Group() string { return m.IntegrationID }

// Encode returns the message as a JSON object. The event's bytes are unchanged, except that U+FFFE
// and U+FFFF, which SQS does not allow, are escaped.
func (m Message) Encode() []byte {
	b := make([]byte, 0, len(m.Event)+320)
	b = append(b, `{"v":`...)
	b = strconv.AppendInt(b, messageVersion, 10)
	for _, f := range [...]struct{ key, value string }{
		{`,"dispatchId":`, m.DispatchID},
		{`,"integrationId":`, m.IntegrationID},
		{`,"userId":`, m.UserID},
		{`,"eventId":`, m.EventID},
		{`,"eventType":`, string(m.EventType)},
		{`,"trigger":`, string(m.Trigger)},
	} {
		b = append(b, f.key...)
		b = appendString(b, f.value)
	}
	b = strconv.AppendInt(append(b, `,"round":`...), int64(m.Round), 10)
	b = strconv.AppendInt(append(b, `,"createdAt":`...), m.CreatedAt.UnixMilli(), 10)
	b = strconv.AppendInt(append(b, `,"accepted":`...), m.Accepted.UnixMilli(), 10)
	if m.Shards > 1 {
		b = strconv.AppendInt(append(b, `,"shards":`...), int64(m.Shards), 10)
	}
	if m.Probe {
		b = append(b, `,"probe":true`...)
	}
	if micros := m.Accepted.UnixMicro() % 1000; micros > 0 {
		b = strconv.AppendInt(append(b, `,"acceptedMicros":`...), micros, 10)
	}
	b = append(b, `,"event":`...)
	b = appendCarriable(b, m.Event)
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	if plain(s) { // most are ids
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	quoted, _ := json.Marshal(s) // cannot fail for strings
	return append(b, quoted...)
}

// plain reports whether s needs no escapes in JSON.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// appendCarriable escapes U+FFFE (EF BF BE) and U+FFFF (EF BF BF). In valid JSON they occur only
// inside strings, where the escape means the same.
func appendCarriable(b, event []byte) []byte {
	for {
		i := bytes.IndexByte(event, 0xEF)
		if i < 0 {
			return append(b, event...)
		}
		b, event = append(b, event[:i]...), event[i:]
		if len(event) >= 3 && event[1] == 0xBF && event[2] >= 0xBE {
			b = append(b, '\\', 'u', 'f', 'f', 'f', 'e'+event[2]-0xBE)
			event = event[3:]
			continue
		}
		b, event = append(b, event[0]), event[1:]
	}
}

// DecodeMessage decodes what Encode returned. It returns an error wrapping ErrNewerFormat for an
// unknown version; any other error names the missing field.
func DecodeMessage(body []byte) (Message, error) {
	w, err := readWire(bytes.TrimSpace(body))
	if err != nil {
		return Message{}, fmt.Errorf("message is not the JSON that was expected: %w", err)
	}
	if w.version > messageVersion {
		return Message{}, fmt.Errorf("message of version %d, newest known is %d: %w", w.version, messageVersion, ErrNewerFormat)
	}
	if w.version < 1 {
		return Message{}, errors.New(`message has no version: "v" is missing`)
	}
	for _, f := range [...]struct{ name, value string }{
		{"dispatchId", w.DispatchID}, {"integrationId", w.IntegrationID}, {"userId", w.UserID},
	} {
		if f.value == "" {
			return Message{}, fmt.Errorf("message has no %s", f.name)
		}
	}
	if len(w.Event) == 0 || w.Event[0] != '{' {
		return Message{}, errors.New("message has no event: it must be a JSON object")
	}
	return w.Message, nil
}
