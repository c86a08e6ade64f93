package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func load(t *testing.T, parameters map[string]string) *Stack {
	t.Helper()
	s, err := Load("../../template.yaml", Place{}, parameters)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A message goes from deliveries to retries to dead, and nowhere else.
func TestRedriveChain(t *testing.T) {
	s := load(t, nil)
	next := map[string]string{}
	for _, q := range s.Queues {
		if q.Redrive != nil {
			next[q.ARN] = q.Redrive.ARN
		}
	}
	arn := func(id string) string {
		q, ok := s.Queue(id)
		if !ok {
			t.Fatalf("no queue %s", id)
		}
		return q.ARN
	}
	want := map[string]string{arn("DeliveriesQueue"): arn("RetriesQueue"), arn("RetriesQueue"): arn("DeadQueue")}
	if diff := cmp.Diff(want, next); diff != "" {
		t.Error(diff)
	}
}
