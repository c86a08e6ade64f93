package bus

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/thordata/webhook-integration/shared/jsonscan"
)

const (
	account = "000000000000" // the account and region of this bus's events
	region  = "local"
)

// entry is a PutEventsRequestEntry. EventBusName and TraceHeader are accepted and ignored.
type entry struct {
	Source     string
	DetailType string
	Detail     string
	Resources  []string
	Time       *float64 // Unix seconds
}

// size returns the size of an entry as EventBridge counts it: 14 bytes for a time, plus the UTF-8
// bytes of the strings.
func (e entry) size() int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	for _, r := range e.Resources {
		n += len(r)
	}
	if e.Time != nil {
		n += 14
	}
	return n
}

// event converts the entry to the event that rules receive, or returns the error result of an
// invalid entry.
func (e entry) event(id string, now time.Time) (events.EventBridgeEvent, *result) {
	for _, required := range [...]struct{ name, value string }{
		{"Source", e.Source}, {"DetailType", e.DetailType}, {"Detail", e.Detail},
	} {
		if strings.TrimSpace(required.value) == "" {
			return events.EventBridgeEvent{}, &result{ErrorCode: "InvalidArgument",
				ErrorMessage: fmt.Sprintf("Parameter %[1]s is not valid. Reason: %[1]s is a required argument.", required.name)}
		}
	}
	if strings.HasPrefix(e.Source, "aws.") {
		return events.EventBridgeEvent{}, &result{ErrorCode: "NotAuthorizedForSourceException",
			ErrorMessage: "Not authorized for the source: sources that begin with aws. are AWS's own."}
	}
	detail := json.RawMessage(strings.TrimSpace(e.Detail))
	if !jsonscan.IsObject(detail) {
		return events.EventBridgeEvent{}, &result{ErrorCode: "MalformedDetail",
			ErrorMessage: "Detail is malformed. Reason: " + notAnObject(detail)}
	}
	return events.EventBridgeEvent{
		Version: "0", ID: id, Source: e.Source, DetailType: e.DetailType,
		AccountID: account, Region: region, Time: e.time(now),
		Resources: append([]string{}, e.Resources...), Detail: detail,
	}, nil
}

// endOf9999 is the last second that can be written as RFC 3339.
const endOf9999 = 253402300799

// time returns the entry's time if it is from 1970 to 9999, otherwise now. Like in EventBridge, it
// has a precision of one second.
func (e entry) time(now time.Time) time.Time {
	if e.Time == nil || *e.Time < 0 || *e.Time > endOf9999 {
		return now.UTC()
	}
	return time.Unix(int64(*e.Time), 0).UTC()
}

func notAnObject(detail json.RawMessage) string {
	var object map[string]any
	if err := json.Unmarshal(detail, &object); err != nil {
		return "it must be a JSON object: " + err.Error()
	}
	return "it is null, and must be a JSON object"
}
