package stack

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const templatePath = "../../template.yaml"

// withKey are the parameters of a deployment with a customer managed key.
var withKey = map[string]string{"KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1234abcd"}

func load(t *testing.T, parameters map[string]string) *Stack {
	t.Helper()
	s, err := Load(templatePath, Place{}, parameters)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func queue(t *testing.T, s *Stack, id string) Queue {
	t.Helper()
	q, ok := s.Queue(id)
	if !ok {
		t.Fatalf("no queue %s", id)
	}
	return q
}

func TestRedriveFromDeliveriesToRetriesToDead(t *testing.T) {
	s := load(t, nil)
	next := map[string]Redrive{}
	for _, q := range s.Queues {
		if q.Redrive != nil {
			next[q.ID] = *q.Redrive
		}
	}
	want := map[string]Redrive{
		"DeliveriesQueue": {ARN: queue(t, s, "RetriesQueue").ARN, MaxReceives: 1},
		"RetriesQueue":    {ARN: queue(t, s, "DeadQueue").ARN, MaxReceives: 50},
	}
	if diff := cmp.Diff(want, next); diff != "" {
		t.Error(diff)
	}
}

func TestQueuesAreSortedAfterTheirDeadLetterQueue(t *testing.T) {
	made := map[string]bool{}
	for _, q := range load(t, nil).Queues {
		if q.Redrive != nil && !made[q.Redrive.ARN] {
			t.Errorf("%s comes before its dead-letter queue", q.ID)
		}
		made[q.ARN] = true
	}
}

func TestQueueInput(t *testing.T) {
	s, err := Load(templatePath, Place{QueueURL: "http://127.0.0.1:5000", Name: "x"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	q := queue(t, s, "DeliveriesQueue")
	if want := "http://127.0.0.1:5000/123456789012/x-deliveries"; q.URL != want {
		t.Errorf("URL = %s, want %s", q.URL, want)
	}
	if got := s.Functions["api"].Environment["DELIVERIES_QUEUE_URL"]; got != q.URL {
		t.Errorf("DELIVERIES_QUEUE_URL of the api function = %s, want %s", got, q.URL)
	}
	want := map[string]string{
		"MessageRetentionPeriod":        "604800",
		"ReceiveMessageWaitTimeSeconds": "20",
		"RedrivePolicy":                 `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:x-retries","maxReceiveCount":1}`,
		"SqsManagedSseEnabled":          "true",
		"VisibilityTimeout":             "360",
	}
	in := q.Input()
	if diff := cmp.Diff(want, in.Attributes); diff != "" || *in.QueueName != "x-deliveries" {
		t.Errorf("name %s, attributes (-want +got):\n%s", *in.QueueName, diff)
	}
}

func TestTableInput(t *testing.T) {
	table := load(t, nil).Table
	in := table.Input()
	var got []string
	for _, k := range in.KeySchema {
		got = append(got, *k.AttributeName+" "+string(k.KeyType))
	}
	for _, a := range in.AttributeDefinitions {
		got = append(got, *a.AttributeName+" "+string(a.AttributeType))
	}
	ttl := table.TimeToLive().TimeToLiveSpecification
	got = append(got, string(in.BillingMode), "ttl "+*ttl.AttributeName)
	want := []string{"PK HASH", "SK RANGE", "PK S", "SK S", "PAY_PER_REQUEST", "ttl ttl"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEnvironmentFollowsParameters(t *testing.T) {
	s := load(t, map[string]string{"MaxWaitMinutes": "90", "SignInIssuer": "https://id.example.com", "SignInAudience": "a,b"})
	for function, want := range map[string]map[string]string{
		"delivery": {"MAX_WAIT": "90m", "MAX_BODY_BYTES": "1048576", "KMS_KEY_ID": "", "EVENT_BUS_NAME": "webhooks"},
		"api":      {"SIGN_IN_ISSUER": "https://id.example.com", "TABLE_NAME": s.Table.Name},
		"fanout":   {"METRICS_NAMESPACE": "WebhookIntegration/webhooks", "EVENT_SOURCE": s.Bus.Source},
	} {
		for name, value := range want {
			if got := s.Functions[function].Environment[name]; got != value {
				t.Errorf("%s: %s = %q, want %q", function, name, got, value)
			}
		}
	}
	if _, made := s.Resources["UserPool"]; made {
		t.Error("a user pool is created although SignInIssuer is set")
	}
}

// time.ParseDuration can parse the durations of the environment.
func TestDurationsParse(t *testing.T) {
	for _, name := range []string{"ATTEMPT_TIMEOUT", "CONNECT_TIMEOUT", "FIRST_WAIT", "MAX_WAIT", "PAUSE_AFTER"} {
		if _, err := time.ParseDuration(load(t, nil).Functions["delivery"].Environment[name]); err != nil {
			t.Error(err)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	const head = "Parameters:\n  Size: {Type: Number, Default: 1}\n"
	for name, c := range map[string]struct {
		template   string
		parameters map[string]string
		want       string
	}{
		"unknown parameter": {head, map[string]string{"Colour": "red"}, "unknown parameter Colour"},
		"unknown name":      {head + "Outputs:\n  X: {Value: !Ref Nobody}", nil, "output X: unknown parameter or resource Nobody"},
		"unknown function":  {head + "Outputs:\n  X: {Value: !Cidr [a, b]}", nil, "unsupported function !Cidr"},
		"unknown condition": {head + "Outputs:\n  X: {Value: 1, Condition: C}", nil, "unknown condition C"},
		"parameter without a value": {
			"Parameters:\n  Size: {Type: Number}", nil, "parameter Size is required"},
		"queues in a circle": {
			"Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Q.Arn, maxReceiveCount: 1}}}",
			nil, "[Q] are circular"},
		"anchor": {"Resources:\n  A: &a {Type: T}\n  B: {Type: T, Properties: {x: *a}}", nil, "does not support YAML anchors"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse([]byte(c.template), Place{}.orDefaults(), c.parameters)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that contains %q", err, c.want)
			}
		})
	}
}
