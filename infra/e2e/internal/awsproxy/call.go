package awsproxy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Call is one request to a service and its result.
type Call struct {
	Caller    string // the access key id that signed it
	Service   string // as IAM spells it: dynamodb, sqs, events, kms
	Operation string // as the API spells it: BatchGetItem, SendMessageBatch
	Access    []Access
	Entries   int // messages or items of a batch; 1 for other calls
	Bytes     int // size of the request or of the response, whichever is larger

	Status int
	Error  string // the error's type; "" on success

	// Consumed capacity units of DynamoDB.
	ReadUnits, WriteUnits float64
}

// Access is one permission that a call needs.
type Access struct {
	Action   string // as IAM spells it, service:Operation; a batch has the action of its entries
	Resource string // ARN

	// Context has the values for policy conditions, by condition key.
	Context map[string]string
}

var credential = regexp.MustCompile(`Credential=([^/]+)/\d{8}/([a-z0-9-]+)/`)

// services maps the prefix of an X-Amz-Target to the service.
var services = map[string]string{
	"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "AWSEvents": "events", "TrentService": "kms",
}

func newCall(r *http.Request, body []byte) (Call, error) {
	target := r.Header.Get("X-Amz-Target")
	prefix, operation, _ := strings.Cut(target, ".")
	c := Call{Service: services[prefix], Operation: operation, Entries: 1, Bytes: len(body)}
	if c.Service == "" {
		return c, fmt.Errorf("awsproxy: unknown target %q", target)
	}
	region := ""
	if m := credential.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		c.Caller, region = m[1], m[2]
	}
	var req request
	if err := json.Unmarshal(body, &req); err != nil {
		return c, fmt.Errorf("%s: the request is not JSON: %w", target, err)
	}
	c.Access = req.access(c, "arn:aws:"+c.Service+":"+region+":"+account+":")
	if n := max(len(req.Entries), len(req.TransactItems), req.keys()); n > 0 {
		c.Entries = n
	}
	return c, nil
}

// note records the service's response.
func (c *Call) note(a *answer) {
	c.Status, c.Bytes = a.status, max(c.Bytes, len(a.body))
	var said struct {
		Type             string `json:"__type"`
		ConsumedCapacity json.RawMessage
		KeyId            string // kms: the key that was used, which requests to decrypt do not name
	}
	if json.Unmarshal(a.body, &said) != nil {
		return
	}
	c.Error = said.Type[strings.LastIndexByte(said.Type, '#')+1:]
	if strings.HasPrefix(said.KeyId, "arn:") {
		c.Access[0].Resource = said.KeyId
	}
	units := capacity(said.ConsumedCapacity)
	switch c.Operation {
	case "GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems":
		c.ReadUnits = units
	default:
		c.WriteUnits = units
	}
}

type consumed struct{ CapacityUnits float64 }

// capacity adds up one ConsumedCapacity, or a list of them.
func capacity(raw json.RawMessage) (sum float64) {
	var one consumed
	if json.Unmarshal(raw, &one) == nil {
		return one.CapacityUnits
	}
	var several []consumed
	_ = json.Unmarshal(raw, &several) // absent if nothing was consumed
	for _, c := range several {
		sum += c.CapacityUnits
	}
	return sum
}

// askForUnits makes DynamoDB return consumed capacity. It invalidates the request's signature,
// which emulators do not check.
func askForUnits(c Call, body []byte) []byte {
	if c.Service != "dynamodb" || strings.HasSuffix(c.Operation, "Table") || c.Operation == "UpdateTimeToLive" {
		return body
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return body
	}
	members["ReturnConsumedCapacity"] = json.RawMessage(`"TOTAL"`)
	asking, err := json.Marshal(members)
	if err != nil {
		return body
	}
	return asking
}
