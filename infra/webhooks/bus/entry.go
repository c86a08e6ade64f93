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
	account = "000000000000" // the account and region that events of this bus bear
	region  = "local"
)

// entry is a PutEventsRequestEntry. What EventBridge takes and ignores on a
// bus without such rules (EventBusName, TraceHeader) is ignored here too.
type entry struct {
	Source     string
	DetailType string
	Detail     string
	Resources  []string
	Time       *float64 // Unix seconds
}

// size counts an entry as EventBridge does: 14 bytes for a time, and the UTF-8
// bytes of the texts.
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

// event returns the entry as rules see it, or the answer to an entry that
// cannot become an event.
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

// endOf9999 is the last second that an event's JSON can name.
const endOf9999 = 253402300799

// time is the entry's own, to the second like EventBridge's, where it has one from
// 1970 to 9999.
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
