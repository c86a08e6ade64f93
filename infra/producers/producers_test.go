package producers_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"github.com/thordata/webhook-integration/events"
)

// put puts the example event on the bus and returns "ok" or the error's code.
type put func(t *testing.T, url string, c aws.Credentials) string

func producers() map[string]put {
	return map[string]put{
		"Go":         goSDK,
		"JavaScript": program("node", cache("put.mjs")),
		"Python":     program(cache("python/bin/python"), "put.py"),
		"AWS CLI":    cli,
	}
}

func cache(name string) string {
	path, err := filepath.Abs(filepath.Join("../../.cache/producers", name))
	if err != nil {
		panic(err)
	}
	return path
}

func goSDK(t *testing.T, url string, c aws.Credentials) string {
	client := eventbridge.New(eventbridge.Options{
		Region: "eu-west-1", BaseEndpoint: &url, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, ""),
	})
	_, err := client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		Source: aws.String("thordata.scraper"), DetailType: aws.String("Web Scraper Task Status Change"), Detail: aws.String(string(events.TaskSucceeded)),
	}}})
	if answered, ok := errors.AsType[smithy.APIError](err); ok {
		return answered.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return "ok"
}

// program runs put.py or put.mjs.
func program(name string, args ...string) put {
	return func(t *testing.T, url string, c aws.Credentials) string {
		out, err := command(t, c, name, append(args[:len(args):len(args)], url, string(events.TaskSucceeded))...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
}

func cli(t *testing.T, url string, c aws.Credentials) string {
	entry := `[{"Source": "thordata.scraper", "DetailType": "Web Scraper Task Status Change", "Detail": "{\"userId\": 3406, \"eventType\": \"ACTOR.RUN.SUCCEEDED\"}"}]`
	out, err := command(t, c, cache("python/bin/aws"), "events", "put-events", "--region", "local", "--endpoint-url", url, "--entries", entry).CombinedOutput()
	if m := regexp.MustCompile(`An error occurred \((\w+)\)`).FindSubmatch(out); m != nil {
		return string(m[1])
	}
	if err != nil {
		return string(out)
	}
	return "ok"
}

// command returns a command that has only these credentials.
func command(t *testing.T, c aws.Credentials, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+c.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+c.SecretAccessKey, "AWS_MAX_ATTEMPTS=1", "AWS_EC2_METADATA_DISABLED=true")
	return cmd
}

// node builds and runs a node with authentication and returns its URL and a key of its bus.
func node(t *testing.T) (url string, key aws.Credentials) {
	t.Helper()
	binary, file := filepath.Join(t.TempDir(), "webhooks"), filepath.Join(t.TempDir(), "node.db")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../webhooks").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), binary, "keys", "add", "-bus", "-data", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`ID=(\w+)\n.*KEY=(\w+)`).FindSubmatch(out)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), binary, "serve", "-addr", "127.0.0.1:0", "-data", file, "-auth", "keys", "-log", "error")
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		if found := regexp.MustCompile(`API\s+(http://[^/]+)/`).FindStringSubmatch(lines.Text()); found != nil {
			return found[1], aws.Credentials{AccessKeyID: string(m[1]), SecretAccessKey: string(m[2])}
		}
	}
	t.Fatal("the node did not start")
	return "", aws.Credentials{}
}

func TestProducersSignEvents(t *testing.T) {
	if _, err := os.Stat(cache("sum")); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("not installed: run infra/producers/install first")
		}
		t.Skip("not installed: infra/producers/install does it")
	}
	url, key := node(t)
	for name, put := range producers() {
		t.Run(name, func(t *testing.T) {
			for _, c := range []struct {
				name string
				key  aws.Credentials
				want string
			}{
				{"its key", key, "ok"},
				{"a wrong secret", aws.Credentials{AccessKeyID: key.AccessKeyID, SecretAccessKey: "wrong"}, "InvalidSignatureException"},
				{"an unknown key", aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: key.SecretAccessKey}, "UnrecognizedClientException"},
			} {
				if got := put(t, url, c.key); got != c.want {
					t.Errorf("%s: %s; want %s", c.name, got, c.want)
				}
			}
		})
	}
}
