package delivery_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/functions/delivery"
	"github.com/thordata/webhook-integration/shared/egress"
	"github.com/thordata/webhook-integration/shared/receivertest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// The timeouts of the matrix are far apart, so the duration of an attempt shows which one ended it.
const (
	attemptTimeout = 1000 * time.Millisecond
	bodyTimeout    = 300 * time.Millisecond
	connectTimeout = 400 * time.Millisecond
	handshake      = 500 * time.Millisecond
	soon           = 250 * time.Millisecond // not ended by a timeout
)

// effect is the expected result of a fault.
type effect struct {
	code   webhook.ErrorCode // of the attempt; "" is success
	status int               // of the response, 0 without one
	bound  time.Duration     // the longest duration
	wait   time.Duration     // until the next attempt; 0 if the dispatch has ended, one minute for schedule
}

const (
	ends     = time.Duration(0)
	schedule = time.Minute
)

// matrix has the result of each fault of package receivertest. Once the status of a response is
// known it decides: a body that is incomplete, endless or malformed changes nothing.
var matrix = map[string]effect{
	"refuse":                         {webhook.CodeRefused, 0, soon, schedule},
	"reset at once":                  {webhook.CodeReset, 0, soon, schedule},
	"answer before the body is read": {"", 200, soon, ends},
	"410 before the body is read, then a reset":               {webhook.CodeHTTPStatus, 410, soon, ends},
	"410 before the body is read over TLS":                    {webhook.CodeHTTPStatus, 410, soon, ends},
	"GOAWAY that leaves the request out and demands HTTP/1.1": {"", 200, soon, ends},
	"RST_STREAM that demands HTTP/1.1 for a later request":    {"", 200, soon, ends},
	"close before headers":                                    {webhook.CodeReset, 0, soon, schedule},
	"reset before headers":                                    {webhook.CodeReset, 0, soon, schedule},
	"close inside a header":                                   {webhook.CodeProtocol, 0, soon, schedule},
	"reset between two headers":                               {webhook.CodeReset, 0, soon, schedule},
	"reset between headers and body":                          {"", 200, soon, ends},
	"reset inside body":                                       {"", 200, soon, ends},
	"reset inside body of a 500":                              {webhook.CodeHTTPStatus, 500, soon, schedule},
	"accept and stay silent":                                  {webhook.CodeTimeout, 0, attemptTimeout, schedule},
	"never read":                                              {webhook.CodeTimeout, 0, attemptTimeout, schedule},
	"silent after the request":                                {webhook.CodeTimeout, 0, attemptTimeout, schedule},
	"headers byte by byte":                                    {webhook.CodeTimeout, 0, attemptTimeout, schedule},
	"body byte by byte":                                       {"", 200, bodyTimeout, ends},
	"huge body":                                               {"", 200, soon, ends},
	"gzip bomb":                                               {"", 200, soon, ends},
	"endless chunked body":                                    {"", 200, soon, ends},
	"endless chunk header":                                    {"", 200, soon, ends},
	"endless trailers":                                        {"", 200, soon, ends},
	"Content-Length too long":                                 {"", 200, soon, ends},
	"Content-Length too short":                                {"", 200, soon, ends},
	"Content-Length no number":                                {webhook.CodeProtocol, 0, soon, schedule},
	"Content-Length negative":                                 {webhook.CodeProtocol, 0, soon, schedule},
	"two Content-Lengths":                                     {webhook.CodeProtocol, 0, soon, schedule},
	"no HTTP":                                                 {webhook.CodeProtocol, 0, soon, schedule},
	"zeros":                                                   {webhook.CodeProtocol, 0, soon, schedule},
	"broken header":                                           {webhook.CodeProtocol, 0, soon, schedule},
	"endless headers":                                         {webhook.CodeProtocol, 0, soon, schedule},
	"endless status line":                                     {webhook.CodeProtocol, 0, soon, schedule},
	"informational responses without end":                     {webhook.CodeProtocol, 0, soon, schedule},
	"informational responses, slowly":                         {webhook.CodeTimeout, 0, attemptTimeout, schedule},
	"switching protocols":                                     {webhook.CodeHTTPStatus, 101, bodyTimeout, schedule},
	"200":                                                     {"", 200, soon, ends},
	"204":                                                     {"", 204, soon, ends},
	"410":                                                     {webhook.CodeHTTPStatus, 410, soon, ends},
	"429 with seconds":                                        {webhook.CodeHTTPStatus, 429, soon, 10 * time.Minute},
	"503 with a date":                                         {webhook.CodeHTTPStatus, 503, soon, 30 * time.Minute},
	"429 with a negative number":                              {webhook.CodeHTTPStatus, 429, soon, schedule},
	"503 with an absurd number":                               {webhook.CodeHTTPStatus, 503, soon, 12 * time.Hour},
	"503 with nonsense":                                       {webhook.CodeHTTPStatus, 503, soon, schedule},
	"redirect":                                                {webhook.CodeRedirect, 302, soon, schedule},
	"redirect loop":                                           {webhook.CodeRedirect, 307, soon, schedule},
	"status of another world":                                 {webhook.CodeHTTPStatus, 799, soon, schedule},
	"TLS in order":                                            {"", 200, soon, ends},
	"certificate expired":                                     {webhook.CodeTLS, 0, soon, schedule},
	"certificate self-signed":                                 {webhook.CodeTLS, 0, soon, schedule},
	"certificate for another host":                            {webhook.CodeTLS, 0, soon, schedule},
	"TLS 1.1":                                                 {webhook.CodeTLS, 0, soon, schedule},
	"TLS 1.0":                                                 {webhook.CodeTLS, 0, soon, schedule},
	"no common cipher":                                        {webhook.CodeTLS, 0, soon, schedule},
	"client certificate demanded":                             {webhook.CodeTLS, 0, soon, schedule},
	"client certificate demanded over TLS 1.2":                {webhook.CodeTLS, 0, soon, schedule},
	"no client certificate is a bad one":                      {webhook.CodeTLS, 0, soon, schedule},
	"no client certificate is a bad one over TLS 1.2":         {webhook.CodeTLS, 0, soon, schedule},
	"long first messages dropped":                             {webhook.CodeTimeout, 0, handshake, schedule},
	"long first messages reset":                               {webhook.CodeReset, 0, soon, schedule},
	"long first messages closed":                              {webhook.CodeReset, 0, soon, schedule},
	"handshake without end":                                   {webhook.CodeTimeout, 0, handshake, schedule},
	"reset inside the handshake":                              {webhook.CodeReset, 0, soon, schedule},
	"plain HTTP on the TLS port":                              {webhook.CodeTLS, 0, soon, schedule},
	"no TLS on the TLS port":                                  {webhook.CodeTLS, 0, soon, schedule},
	"HTTP/2 in order":                                         {"", 200, soon, ends},
	"GOAWAY that leaves the request out":                      {webhook.CodeTimeout, 0, attemptTimeout, schedule},
	"GOAWAY with an error":                                    {webhook.CodeReset, 0, soon, schedule},
	"GOAWAY, then the answer":                                 {"", 200, soon, ends},
	"RST_STREAM":                                              {webhook.CodeReset, 0, soon, schedule},
	"RST_STREAM that cancels":                                 {webhook.CodeReset, 0, soon, schedule},
	"RST_STREAM that refuses":                                 {webhook.CodeTimeout, 0, attemptTimeout, schedule},
	"RST_STREAM that demands HTTP/1.1":                        {"", 200, soon, ends},
	"GOAWAY that demands HTTP/1.1":                            {"", 200, soon, ends},
	"RST_STREAM inside the body":                              {"", 200, soon, ends},
	"HTTP/2 silent":                                           {webhook.CodeTimeout, 0, attemptTimeout, schedule},
	"HTTP/2 reset":                                            {webhook.CodeReset, 0, soon, schedule},
	"HTTP/2 huge body":                                        {"", 200, soon, ends},
	"HTTP/2 headers without end":                              {webhook.CodeProtocol, 0, soon, schedule},
	"HTTP/2 informational without end":                        {webhook.CodeProtocol, 0, soon, schedule},
	"HTTP/2 frame of another protocol":                        {webhook.CodeProtocol, 0, soon, schedule},
	"HTTP/2 data before headers":                              {webhook.CodeProtocol, 0, soon, schedule},
	"HTTP/2 frames without end":                               {webhook.CodeProtocol, 0, soon, schedule},
}

func allFaults() []receivertest.Fault {
	var all []receivertest.Fault
	for _, some := range [][]receivertest.Fault{receivertest.Plain(), receivertest.Answers(), receivertest.OverTLS(), receivertest.OverHTTP2()} {
		all = append(all, some...)
	}
	return all
}

func TestMatrix(t *testing.T) {
	faults := allFaults()
	if len(faults) != len(matrix) {
		t.Errorf("%d faults, but the matrix has %d", len(faults), len(matrix))
	}
	for _, f := range faults {
		want, known := matrix[f.Name]
		if !known {
			t.Errorf("%q is not in the matrix", f.Name)
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			r := start(t, f)
			w := onNetwork(t, receivertest.Addr("127.0.0.1"), r.Roots)
			m := w.send(w.integration(func(in *webhook.Integration) { in.RequestURL = r.URL }))
			began := time.Now()
			w.step()
			w.check(m, want, time.Since(began))
			if r.Close(); len(r.Received()) > 1 {
				t.Errorf("requests of other dispatches: %v", r.Received())
			}
		})
	}
}

func start(t *testing.T, f receivertest.Fault) *receivertest.Receiver {
	t.Helper()
	r, err := f.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// onNetwork returns a harness with the real client.
func onNetwork(t *testing.T, names *net.Resolver, roots *x509.CertPool, change ...func(*egress.Policy)) *harness {
	policy := egress.Policy{AllowHTTP: true, AllowLoopback: true}
	for _, c := range change {
		c(&policy)
	}
	client := egress.NewClient(policy, egress.Options{
		Connect: connectTimeout, TLSHandshake: handshake, ConnBytes: 256 << 10, Resolver: names, TLS: &tls.Config{RootCAs: roots},
	})
	t.Cleanup(client.CloseIdleConnections)
	return newHarness(t, func(c *delivery.Config) {
		c.Client = client
		c.Timeouts = delivery.Timeouts{Attempt: attemptTimeout, Body: bodyTimeout}
	})
}

func (w *harness) check(m webhook.Message, want effect, took time.Duration) {
	w.Helper()
	d := w.dispatch(m)
	if d.Status == webhook.DispatchWaiting { // for the endpoint, as its Retry-After says
		if got := time.Until(w.health(webhook.Integration{ID: m.IntegrationID}).Breaker.NotBefore); got < want.wait-2*time.Second || got > want.wait+2*time.Second {
			w.Errorf("waits for %v, want %v", got, want.wait)
		}
		return
	}
	if len(d.Attempts) != 1 {
		w.Fatalf("%d attempts", len(d.Attempts))
	}
	a := d.Attempts[0]
	if a.Code != want.code || a.ResponseStatus != want.status {
		w.Errorf("%q with status %d (%s); want %q with %d", a.Code, a.ResponseStatus, a.Message, want.code, want.status)
	}
	const slack = 700 * time.Millisecond // for a busy machine
	if took > want.bound+slack {
		w.Errorf("took %v, the bound is %v", took, want.bound)
	}
	if wait := d.NextAttemptAt.Sub(d.Attempts[0].StartedAt.Add(a.Duration)); d.Status == webhook.DispatchRetrying {
		if wait < want.wait-2*time.Second || wait > want.wait+2*time.Second {
			w.Errorf("next attempt after %v, want %v", wait, want.wait)
		}
	} else if want.wait != ends {
		w.Errorf("dispatch is %s, want a retry", d.Status)
	}
	if len(a.ResponseBody) > 1024 {
		w.Errorf("kept %d bytes of the body", len(a.ResponseBody))
	}
	if (a.Code == "") != (a.Message == "") || strings.Contains(a.Message, w.Name()) {
		w.Errorf("code %q with message %q", a.Code, a.Message)
	}
}

func fault(t *testing.T, all []receivertest.Fault, name string) receivertest.Fault {
	t.Helper()
	for _, f := range all {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("unknown fault %q", name)
	return receivertest.Fault{}
}

// Hundreds of concurrent faults use bounded memory.
func TestHundredsOfConcurrentFaults(t *testing.T) {
	const copies = 8
	const most = 96 << 20 // bytes of heap, including the receivers'
	var worlds []*harness
	for range copies {
		for _, f := range allFaults() {
			r := start(t, f)
			w := onNetwork(t, receivertest.Addr("127.0.0.1"), r.Roots)
			w.send(w.integration(func(in *webhook.Integration) { in.RequestURL = r.URL }))
			worlds = append(worlds, w)
		}
	}
	before := heap()
	peak, stop := watchHeap()
	var all sync.WaitGroup
	began := time.Now()
	for _, w := range worlds {
		all.Go(func() { w.step() })
	}
	all.Wait()
	stop()
	grown := int64(peak.Load()) - int64(before)
	t.Logf("%d faulty deliveries at once took %v; the heap grew by %d KiB at its peak, from %d KiB",
		len(worlds), time.Since(began).Round(time.Millisecond), grown>>10, before>>10)
	if grown > most {
		t.Errorf("the heap grew by %d MiB, at most %d are allowed", grown>>20, most>>20)
	}
}

// heap returns the bytes of reachable objects. Uncollected garbage is excluded: its size depends on
// how busy the machine is.
func heap() uint64 {
	runtime.GC()
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}

// watchHeap records the peak of the heap.
func watchHeap() (peak *atomic.Uint64, stop func()) {
	peak = &atomic.Uint64{}
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			peak.Store(max(peak.Load(), heap()))
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	return peak, func() { close(done); watching.Wait() }
}
