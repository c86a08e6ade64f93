package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/thordata/webhook-integration/infra/emulators"
	"github.com/thordata/webhook-integration/shared/awsconfig"
)

// until cancels the run after its last line of output.
type until struct {
	bytes.Buffer
	last string
	end  func()
	once sync.Once
}

func (u *until) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(u.last)) {
		u.once.Do(u.end)
	}
	return u.Buffer.Write(p)
}

func TestResourcesAreCreated(t *testing.T) {
	t.Chdir("../../..")
	env, err := up(t.Context(), options{template: "template.yaml", host: "host.docker.internal"})
	skipUnlessInstalled(t, err)
	v := env.variables
	cfg, err := awsconfig.Load(func(name string) string { return v[name] })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dynamodb.NewFromConfig(cfg).DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(v["TABLE_NAME"])}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"DELIVERIES_QUEUE_URL", "RETRIES_QUEUE_URL"} {
		if _, err := sqs.NewFromConfig(cfg).SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(v[name]), MessageBody: aws.String("x")}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	out, err := eventbridge.NewFromConfig(cfg).PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: aws.String(v["EVENT_BUS_NAME"]), Source: aws.String(v["EVENT_SOURCE"]), DetailType: aws.String("d"), Detail: aws.String("{}"),
	}}})
	if err != nil || out.FailedEntryCount != 0 {
		t.Errorf("PutEvents = %v, %v", out, err)
	}
	var sam map[string]map[string]string
	if err := json.Unmarshal(env.sam, &sam); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"ApiFunction", "FanoutFunction", "DeliveryFunction"} {
		if url := sam[id]["AWS_ENDPOINT_URL_DYNAMODB"]; !strings.HasPrefix(url, "http://host.docker.internal:") || sam[id]["TABLE_NAME"] != v["TABLE_NAME"] {
			t.Errorf("sam local runs %s with %v", id, sam[id])
		}
	}
}

func TestPrintsUsageAndRunsUntilCanceled(t *testing.T) {
	dir := t.TempDir()
	t.Chdir("../../..")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &until{last: "Ctrl-C", end: cancel}
	skipUnlessInstalled(t, run(ctx, options{template: "template.yaml", dir: dir, host: "127.0.0.1"}, out))
	shell, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil || !strings.Contains(out.String(), string(shell)) || !bytes.Contains(shell, []byte("TABLE_NAME='")) {
		t.Errorf("the file has %s, %v; the output %s", shell, err, out)
	}
}

func TestMissingTemplate(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), options{template: "nowhere.yaml", dir: t.TempDir()}, &out)
	if err == nil || !strings.Contains(err.Error(), "nowhere.yaml not found") || out.Len() > 0 {
		t.Errorf("error %v, output %q; want an error and no output", err, out.String())
	}
}

func skipUnlessInstalled(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, emulators.ErrNotInstalled) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}
