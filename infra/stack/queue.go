package stack

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// A Queue of the stack.
type Queue struct {
	ID   string // logical
	Name string
	ARN  string
	URL  string // begins with Place.QueueURL

	Attributes map[string]string // for CreateQueue
	Redrive    *Redrive          // nil if it has no dead-letter queue
}

// Redrive is the redrive policy of a queue.
type Redrive struct {
	ARN         string `json:"deadLetterTargetArn"`
	MaxReceives int    `json:"maxReceiveCount"`
}

// Input is the request that creates the queue. Its dead-letter queue must exist.
func (q Queue) Input() *sqs.CreateQueueInput {
	return &sqs.CreateQueueInput{QueueName: &q.Name, Attributes: q.Attributes}
}

// VisibilitySeconds returns the visibility timeout.
func (q Queue) VisibilitySeconds() int {
	n, err := strconv.Atoi(q.Attributes["VisibilityTimeout"])
	if err != nil {
		return 30 // the default of SQS
	}
	return n
}

// Queue returns the queue with a logical id, such as DeliveriesQueue.
func (s *Stack) Queue(id string) (Queue, bool) {
	for _, q := range s.Queues {
		if q.ID == id {
			return q, true
		}
	}
	return Queue{}, false
}

// queues returns the queues, each after its dead-letter queue.
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
			return nil, fmt.Errorf("the dead-letter queues of %v are circular or not in the template", left)
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
	delete(q.Attributes, "QueueName") // a separate field of the request
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
