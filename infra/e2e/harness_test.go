package e2e

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/infra/e2e/internal/awsproxy"
	"github.com/thordata/webhook-integration/infra/e2e/internal/lambdaruntime"
	"github.com/thordata/webhook-integration/infra/e2e/internal/netns"
	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/infra/stack"
	"github.com/thordata/webhook-integration/shared/dynamostore"
)

// patience is how long a test waits for a condition.
const patience = 30 * time.Second

// harness is a deployed stack with a receiver, for one test.
type harness struct {
	*stack.Stack
	t         *testing.T
	proxy     *awsproxy.Proxy
	functions map[string]*lambdaruntime.Pool // by their names in the stack
	mappings  []*mapping                     // of the delivery function
	receiver  *receiver

	// Clients of the test itself, whose name at the proxy is "test".
	store *dynamostore.Store
	queue *sqs.Client
	table *dynamodb.Client
}

// settings configures a harness.
type settings struct {
	parameters map[string]string // of the template
	overrides  map[string]string // of every function's environment
	withKey    bool              // with a customer-managed KMS key
	address    string            // of the receiver; netns.Address
}

var worlds atomic.Int64

// newHarness creates a stack for a test and marks the test as parallel, because tests mostly wait.
func newHarness(t *testing.T, s settings) *harness {
	t.Helper()
	t.Parallel()
	return makeHarness(t, s)
}

// makeHarness creates a stack. Retries wait for a second instead of a minute unless the test sets
// another value.
func makeHarness(t *testing.T, s settings) *harness {
	t.Helper()
	demand(t)
	proxy, err := awsproxy.Start(emulators.DynamoDBForTest(t), emulators.MotoForTest(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	w := &harness{t: t, proxy: proxy, receiver: newReceiver(t, cmp.Or(s.address, netns.Address)), functions: map[string]*lambdaruntime.Pool{}}
	parameters := map[string]string{"FirstWaitSeconds": "1"}
	maps.Copy(parameters, s.parameters)
	if s.withKey {
		parameters["KmsKeyArn"] = w.makeKey()
	}
	at := stack.Place{Name: fmt.Sprintf("e2e-%d", worlds.Add(1)), QueueURL: proxy.URL}
	if w.Stack, err = stack.Load(filepath.Join(root, "template.yaml"), at, parameters); err != nil {
		t.Fatal(err)
	}
	w.deploy()
	w.start(s.overrides)
	return w
}

// aws returns the configuration of a client with the given name at the proxy.
func (w *harness) aws(caller string) aws.Config {
	return aws.Config{
		Region: emulators.Region, BaseEndpoint: &w.proxy.URL,
		Credentials: credentials.NewStaticCredentialsProvider(caller, "emulated", ""),
	}
}

func (w *harness) makeKey() (arn string) {
	w.t.Helper()
	out, err := kms.NewFromConfig(w.aws("test")).CreateKey(w.t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		w.t.Fatal(err)
	}
	return *out.KeyMetadata.Arn
}

// deploy creates the template's resources.
func (w *harness) deploy() {
	w.t.Helper()
	w.table, w.queue = dynamodb.NewFromConfig(w.aws("test")), sqs.NewFromConfig(w.aws("test"))
	w.store = dynamostore.New(w.table, dynamostore.Options{Table: w.Table.Name, Retention: 30 * 24 * time.Hour})
	if err := w.Create(w.t.Context(), w.table, w.queue); err != nil {
		w.t.Fatal(err)
	}
	for _, q := range w.Queues { // no long polling, which would delay the end of the test
		w.set(q, "ReceiveMessageWaitTimeSeconds", "0")
	}
	buses := eventbridge.NewFromConfig(w.aws("test"))
	if _, err := buses.CreateEventBus(w.t.Context(), &eventbridge.CreateEventBusInput{Name: &w.Bus.Name}); err != nil {
		w.t.Fatal(err)
	}
}

// set changes an attribute of a queue.
func (w *harness) set(q stack.Queue, attribute, value string) {
	w.t.Helper()
	if _, err := w.queue.SetQueueAttributes(w.t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &q.URL, Attributes: map[string]string{attribute: value}}); err != nil {
		w.t.Fatal(err)
	}
}

// start prepares the functions for invocation.
func (w *harness) start(overrides map[string]string) {
	for name, f := range w.Functions {
		env := slices.Concat(f.Environ(), w.proxy.Environ(), []string{"SSL_CERT_FILE=" + authority(w.t).file})
		for variable, value := range overrides {
			env = append(env, variable+"="+value)
		}
		pool := lambdaruntime.NewPool(lambdaruntime.Function{
			Bootstrap: filepath.Join(os.Getenv(bootstrapsVariable), name), Name: f.Name, ARN: f.ARN,
			Region: emulators.Region, MemoryMB: f.MemoryMB, Timeout: f.Timeout, Environ: env, AccessKey: name,
		})
		w.t.Cleanup(func() {
			pool.Stop()
			if w.t.Failed() {
				w.t.Logf("log of %s:\n%s", name, pool.Logs)
			}
		})
		w.functions[name] = pool
	}
	for _, m := range w.Functions["delivery"].Mappings {
		w.mappings = append(w.mappings, w.newMapping(m))
	}
}

// await waits until holds returns true, and fails the test after a timeout.
func (w *harness) await(what string, holds func() bool) {
	w.t.Helper()
	for end := time.Now().Add(patience); !holds(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// logged waits for a line of a function's log that contains all parts, and returns the matching
// lines.
func (w *harness) logged(function string, parts ...string) []string {
	w.t.Helper()
	var lines []string
	w.await(fmt.Sprintf("a line in the log of %s with %q", function, parts), func() bool {
		lines = w.functions[function].Logs.Matching(parts...)
		return len(lines) > 0
	})
	return lines
}

// inQueue returns the number of messages in a queue, including invisible ones.
func (w *harness) inQueue(id string) int {
	w.t.Helper()
	return w.count(w.mustQueue(id))
}

func (w *harness) mustQueue(id string) stack.Queue {
	w.t.Helper()
	q, ok := w.Queue(id)
	if !ok {
		w.t.Fatalf("the template has no queue %s", id)
	}
	return q
}
