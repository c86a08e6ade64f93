package stack

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// A Queue is one of the stack's.
type Queue struct {
	ID   string // logical
	Name string
	ARN  string
	URL  string // by Place.QueueURL

	Attributes map[string]string // as CreateQueue takes them
	Redrive    *Redrive          // nil: messages stay until they expire
}

// Redrive is where a queue moves messages, and after how many receives.
type Redrive struct {
	ARN         string `json:"deadLetterTargetArn"`
	MaxReceives int    `json:"maxReceiveCount"`
}

// Input makes the queue; its dead-letter queue must be there.
func (q Queue) Input() *sqs.CreateQueueInput {
	return &sqs.CreateQueueInput{QueueName: &q.Name, Attributes: q.Attributes}
}

// VisibilitySeconds is for how long a received message is hidden.
func (q Queue) VisibilitySeconds() int {
	n, err := strconv.Atoi(q.Attributes["VisibilityTimeout"])
	if err != nil {
		return 30 // the default of SQS
	}
	return n
}

// Queue returns the queue of a logical id, say DeliveriesQueue.
func (s *Stack) Queue(id string) (Queue, bool) {
	for _, q := range s.Queues {
		if q.ID == id {
			return q, true
		}
	}
	return Queue{}, false
}

// queues sorts them so that each comes after the one that it moves messages to.
func queues(resources map[string]Resource, r *resolver) ([]Queue, error) {
	made := map[string]bool{} // by ARN
	var sorted []Queue
	waiting := ids(resources, "AWS::SQS::Queue")
	for len(waiting) > 0 {
		var left []string
		for _, id := range waiting {
			q, err := newQueue(id, resources[id], r)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", id, err)
			}
			if q.Redrive != nil && !made[q.Redrive.ARN] {
				left = append(left, id)
				continue
			}
			made[q.ARN] = true
			sorted = append(sorted, q)
		}
		if len(left) == len(waiting) {
			return nil, fmt.Errorf("the queues %v move messages in a circle, or out of the stack", left)
		}
		waiting = left
	}
	return sorted, nil
}

func newQueue(id string, res Resource, r *resolver) (Queue, error) {
	q := Queue{ID: id, Attributes: map[string]string{}}
	for name, v := range res.Properties {
		switch v := v.(type) {
		case map[string]any:
			policy, err := json.Marshal(v)
			if err != nil {
				return Queue{}, err
			}
			q.Attributes[name] = string(policy)
		default:
			q.Attributes[name] = text(v)
		}
	}
	delete(q.Attributes, "QueueName") // not an attribute: it has its own place in the request
	if policy, ok := q.Attributes["RedrivePolicy"]; ok {
		q.Redrive = &Redrive{}
		if err := json.Unmarshal([]byte(policy), q.Redrive); err != nil {
			return Queue{}, fmt.Errorf("RedrivePolicy: %w", err)
		}
	}
	name, err := r.physicalName(id)
	q.Name = name
	q.ARN = r.arn("sqs", name)
	q.URL = r.at.QueueURL + "/" + r.at.Account + "/" + name
	return q, err
}
