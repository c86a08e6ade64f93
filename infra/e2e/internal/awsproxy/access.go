package awsproxy

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// account is the account of the emulators.
const account = "123456789012"

// request has the fields of requests that identify resources.
type request struct {
	TableName     string                                      // dynamodb
	RequestItems  map[string]struct{ Keys []json.RawMessage } // dynamodb, by table
	TransactItems []map[string]struct{ TableName string }     // dynamodb: Put, Update, Delete, ConditionCheck, Get
	QueueUrl      string                                      // sqs
	KeyId         string                                      // kms: key id or ARN
	Entries       []struct {                                  // events, and batches of sqs
		EventBusName, Source, DetailType string
	}
}

// keys counts the items that a BatchGetItem reads.
func (r request) keys() (n int) {
	for _, of := range r.RequestItems {
		n += len(of.Keys)
	}
	return n
}

// access returns the permissions that the call needs, each once.
func (r request) access(c Call, arn string) []Access {
	switch {
	case c.Service == "sqs":
		// A batch call of SQS needs the permission of its single form.
		action := "sqs:" + strings.TrimSuffix(c.Operation, "Batch")
		return []Access{{Action: action, Resource: arn + queueName(r.QueueUrl)}}
	case c.Service == "events":
		return r.bus(c, arn)
	case c.Service == "kms":
		return []Access{{Action: "kms:" + c.Operation, Resource: within(r.KeyId, arn, "key/")}}
	case len(r.TransactItems) > 0:
		return r.transaction(arn)
	case len(r.RequestItems) > 0:
		var all []Access
		for _, table := range slices.Sorted(maps.Keys(r.RequestItems)) {
			all = append(all, Access{Action: "dynamodb:" + c.Operation, Resource: within(table, arn, "table/")})
		}
		return all
	}
	return []Access{{Action: "dynamodb:" + c.Operation, Resource: within(r.TableName, arn, "table/")}}
}

// transaction returns the permissions for the operations in a transaction. The transaction itself
// needs none.
func (r request) transaction(arn string) []Access {
	var all []Access
	for _, item := range r.TransactItems {
		for kind, on := range item {
			action := "dynamodb:" + kind + "Item"
			if kind == "ConditionCheck" {
				action = "dynamodb:ConditionCheckItem"
			}
			a := Access{Action: action, Resource: within(on.TableName, arn, "table/")}
			if !slices.ContainsFunc(all, a.same) {
				all = append(all, a)
			}
		}
	}
	return all
}

func (r request) bus(c Call, arn string) []Access {
	var all []Access
	for _, e := range r.Entries {
		all = append(all, Access{
			Action: "events:" + c.Operation, Resource: within(e.EventBusName, arn, "event-bus/"),
			Context: map[string]string{"events:source": e.Source, "events:detail-type": e.DetailType},
		})
	}
	return all
}

func (a Access) same(b Access) bool {
	return a.Action == b.Action && a.Resource == b.Resource && maps.Equal(a.Context, b.Context)
}

// within returns the ARN of a resource that is identified by name or ARN.
func within(name, arn, kind string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return arn + kind + name
}

// queueName returns the last part of a queue's URL.
func queueName(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return u.Path[strings.LastIndexByte(u.Path, '/')+1:]
}
