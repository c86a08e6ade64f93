// Package awsproxy is a proxy between programs and emulated AWS services. It records calls with
// their caller, resource and capacity units, and can make them fail before or after they take
// effect, like real networks and services.
//
// It supports the AWS JSON protocols of DynamoDB, SQS, EventBridge and KMS.
package awsproxy

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxBody limits requests and responses, in bytes. DynamoDB's own limit is 16 MiB.
const maxBody = 16 << 20

// Proxy forwards calls. It is safe for concurrent use.
type Proxy struct {
	URL string // where it listens, on the loopback interface

	upstream map[string]string // URLs by Call.Service
	client   *http.Client
	server   *http.Server

	mu     sync.Mutex
	calls  []Call
	faults []*Fault
}

// Start starts a proxy on the loopback interface. It forwards DynamoDB's calls to one URL and those
// of the other services to the other.
func Start(dynamoDB, others string) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for AWS calls: %w", err)
	}
	p := &Proxy{
		URL:      "http://" + listener.Addr().String(),
		upstream: map[string]string{"dynamodb": dynamoDB, "sqs": others, "events": others, "kms": others},
		client:   &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = p.server.Serve(listener) }()
	return p, nil
}

// Close stops the proxy and interrupts calls in progress.
func (p *Proxy) Close() error { return p.server.Close() }

// Environ returns the AWS_ENDPOINT_URL variables that make AWS SDKs use the proxy.
func (p *Proxy) Environ() []string {
	var env []string
	for service := range p.upstream {
		name := map[string]string{"events": "EVENTBRIDGE"}[service]
		if name == "" {
			name = strings.ToUpper(service)
		}
		env = append(env, "AWS_ENDPOINT_URL_"+name+"="+p.URL)
	}
	slices.Sort(env)
	return env
}

// Calls returns the recorded calls in the order of their responses.
func (p *Proxy) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// Forget discards the recorded calls.
func (p *Proxy) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = nil
}

// ServeHTTP forwards one call.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return // the caller disconnected
	}
	call, err := newCall(r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	fault := p.faultFor(call)
	answer := &answer{}
	if fault == nil || fault.After {
		if answer, err = p.forward(r, call, body); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
	}
	call.note(answer)
	if fault != nil {
		answer = fault.answer(call.Service)
		call.Status, call.Error = answer.status, fault.Type
	}
	p.mu.Lock()
	p.calls = append(p.calls, call)
	p.mu.Unlock()
	answer.write(w)
}

// answer is a service's response.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a *answer) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

func (p *Proxy) forward(r *http.Request, call Call, body []byte) (*answer, error) {
	body = askForUnits(call, body)
	req, err := http.NewRequestWithContext(r.Context(), r.Method, p.upstream[call.Service]+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = r.Header.Clone()
	req.Host = r.Host // emulators build queue URLs from it
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	header := resp.Header.Clone()
	header.Del("Content-Length")
	return &answer{resp.StatusCode, header, text}, err
}
