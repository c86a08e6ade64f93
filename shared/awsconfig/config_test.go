package awsconfig

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func env(pairs ...string) func(string) string {
	all := map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
	}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

// service records requests and responds with the given status codes; the last one repeats.
type service struct {
	*httptest.Server
	statuses []int
	asked    []*http.Request
}

func newService(t *testing.T, statuses ...int) *service {
	s := &service{statuses: statuses}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r)
		w.WriteHeader(s.statuses[min(len(s.asked), len(s.statuses))-1])
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(s.Close)
	return s
}

func TestServiceEndpointsFromTheEnvironment(t *testing.T) {
	named, rest := newService(t, 200), newService(t, 200)
	cfg, err := Load(env("AWS_ENDPOINT_URL_DYNAMODB", named.URL, "AWS_ENDPOINT_URL_EVENTBRIDGE", named.URL, "AWS_ENDPOINT_URL", rest.URL))
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(context.Context) error{
		"DynamoDB": func(ctx context.Context) error {
			_, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, nil)
			return err
		},
		"EventBridge": func(ctx context.Context) error {
			_, err := eventbridge.NewFromConfig(cfg).ListRules(ctx, nil)
			return err
		},
		"SQS": func(ctx context.Context) error { _, err := sqs.NewFromConfig(cfg).ListQueues(ctx, nil); return err },
		"KMS": func(ctx context.Context) error { _, err := kms.NewFromConfig(cfg).ListKeys(ctx, nil); return err },
	} {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(named.asked) != 2 || len(rest.asked) != 2 {
		t.Errorf("the service's endpoint got %d requests, the other %d; want 2 and 2", len(named.asked), len(rest.asked))
	}
	for _, r := range append(named.asked, rest.asked...) {
		if auth := r.Header.Get("Authorization"); !strings.Contains(auth, "Credential=id/") || !strings.Contains(auth, "/eu-west-1/") {
			t.Errorf("signed with %q", auth)
		}
		if got := r.Header.Get("X-Amz-Security-Token"); got != "token" {
			t.Errorf("session token = %q", got)
		}
	}
}

func TestTransientErrorsAreRetried(t *testing.T) {
	for name, tc := range map[string]struct {
		statuses []int
		tries    int
		ok       bool
	}{
		"a few":        {[]int{500, 503, 200}, 3, true},
		"all":          {[]int{500}, maxTries, false},
		"client error": {[]int{400}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, tc.statuses...)
			cfg, err := Load(env("AWS_ENDPOINT_URL", s.URL))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := sqs.NewFromConfig(cfg).ListQueues(t.Context(), nil); (err == nil) != tc.ok || len(s.asked) != tc.tries {
				t.Errorf("%d requests, error %v", len(s.asked), err)
			}
		})
	}
}

func TestWaitsAddUpToAFewSeconds(t *testing.T) {
	var sum time.Duration
	for n := range maxTries - 1 {
		wait, err := backoff(n, nil)
		if err != nil || wait < firstWait/2 || wait > longestWait*3/2 {
			t.Errorf("wait %d = %v, %v", n, wait, err)
		}
		sum += wait
	}
	if sum > 4*time.Second {
		t.Errorf("the waits add up to %v", sum)
	}
}

func TestLoadReportsEveryError(t *testing.T) {
	_, err := Load(env("AWS_REGION", "", "AWS_ACCESS_KEY_ID", "", "AWS_ENDPOINT_URL", "localhost:8000", "AWS_ENDPOINT_URL_SQS", "here"))
	for _, part := range []string{"AWS_REGION is required", "AWS_ACCESS_KEY_ID is required", `AWS_ENDPOINT_URL must be a URL like http://127.0.0.1:8000, not "localhost:8000"`, "AWS_ENDPOINT_URL_SQS must be"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v does not say %q", err, part)
		}
	}
}
