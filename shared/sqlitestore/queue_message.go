package sqlitestore

import (
	"strconv"

	"github.com/aws/aws-lambda-go/events"
)

// sqsMessage converts an entry to the form in which Lambda's event source mapping passes messages.
func sqsMessage(e entry, body string) events.SQSMessage {
	id := strconv.FormatInt(e.id, 10)
	receives := strconv.Itoa(int(e.receives))
	return events.SQSMessage{
		MessageId:      id,
		ReceiptHandle:  id + "/" + strconv.Itoa(int(e.lane)) + "/" + receives,
		Body:           body,
		EventSource:    "aws:sqs",
		EventSourceARN: "arn:aws:sqs:local:000000000000:" + laneNames[e.lane],
		AWSRegion:      "local",
		Attributes: map[string]string{
			"ApproximateReceiveCount":          receives,
			"SentTimestamp":                    strconv.FormatInt(e.sent, 10),
			"ApproximateFirstReceiveTimestamp": strconv.FormatInt(e.first, 10),
			"MessageGroupId":                   e.group.name,
			"SenderId":                         "local",
		},
	}
}
