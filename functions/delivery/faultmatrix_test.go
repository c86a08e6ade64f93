package delivery_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
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

// Messages about TLS errors say what to do.
func TestTLSErrorsSayWhatToDo(t *testing.T) {
	says := map[string]string{
		"no common cipher":                                "enable TLS 1.3",
		"client certificate demanded":                     "requires a client certificate",
		"client certificate demanded over TLS 1.2":        "requires a client certificate",
		"no client certificate is a bad one":              "requires a client certificate",
		"no client certificate is a bad one over TLS 1.2": "requires a client certificate",
		"TLS 1.1":                    "does not speak TLS 1.2 or later",
		"plain HTTP on the TLS port": "does not speak TLS on this port",
		"no TLS on the TLS port":     "does not speak TLS on this port",
		"handshake without end":      "did not finish the TLS handshake in time",
	}
	for _, f := range receivertest.OverTLS() {
		want, ok := says[f.Name]
		if !ok {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			r := start(t, f)
			w := onNetwork(t, receivertest.Addr("127.0.0.1"), r.Roots)
			m := w.send(w.integration(func(in *webhook.Integration) { in.RequestURL = r.URL }))
			w.step()
			if got := w.dispatch(m).Attempts[0].Message; !strings.Contains(got, want) {
				t.Errorf("%q, want it to say %q", got, want)
			}
		})
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

// After a handshake that timed out, was reset or closed, the next ClientHello fits into one packet.
func TestClientHelloIsShortAfterFailedHandshake(t *testing.T) {
	for name, first := range map[string]webhook.ErrorCode{
		"long first messages dropped": webhook.CodeTimeout,
		"long first messages reset":   webhook.CodeReset,
		"long first messages closed":  webhook.CodeReset,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, fault(t, receivertest.OverTLS(), name))
			w := onNetwork(t, receivertest.Addr("127.0.0.1"), r.Roots)
			in := w.integration(func(in *webhook.Integration) { in.RequestURL = r.URL })
			for n, want := range []webhook.ErrorCode{first, "", ""} {
				m := w.send(in)
				w.step()
				if a := w.dispatch(m).Attempts[0]; a.Code != want {
					t.Errorf("delivery %d: %q (%s), want %q", n+1, a.Code, a.Message, want)
				}
			}
		})
	}
}

// A receiver that demands HTTP/1.1 gets it in the same attempt, and first from then on.
func TestHTTP11DemandIsRemembered(t *testing.T) {
	for name, requests := range map[string][]int{ // of each delivery: the one that meets the demand takes two
		"RST_STREAM that demands HTTP/1.1":                        {2, 1},
		"GOAWAY that demands HTTP/1.1":                            {2, 1},
		"GOAWAY that leaves the request out and demands HTTP/1.1": {2, 1},
		"RST_STREAM that demands HTTP/1.1 for a later request":    {1, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, fault(t, receivertest.OverHTTP2(), name))
			w := onNetwork(t, receivertest.Addr("127.0.0.1"), r.Roots)
			in := w.integration(func(in *webhook.Integration) { in.RequestURL = r.URL })
			for n, want := range requests {
				m := w.send(in)
				w.step()
				if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded {
					t.Errorf("delivery %d is %s: %+v", n+1, d.Status, d.Attempts)
				}
				if got := r.Received()[m.DispatchID]; got != want {
					t.Errorf("delivery %d: %d requests, want %d", n+1, got, want)
				}
			}
		})
	}
}

// A response counts even if the receiver did not read the whole request.
func TestResponseBeforeBodyIsReadCounts(t *testing.T) {
	large := fmt.Appendf(nil, `{"userId":3406,"eventType":"ACTOR.RUN.SUCCEEDED","eventData":{"text":"%s"},"resource":{}}`, strings.Repeat("x", 900<<10))
	for name, want := range map[string]int{
		"answer before the body is read":            200,
		"410 before the body is read, then a reset": 410,
		"410 before the body is read over TLS":      410,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, fault(t, allFaults(), name))
			client := egress.NewClient(egress.Policy{AllowHTTP: true, AllowLoopback: true}, egress.Options{
				Resolver: receivertest.Addr("127.0.0.1"), TLS: &tls.Config{RootCAs: r.Roots},
			})
			t.Cleanup(client.CloseIdleConnections)
			w := newHarness(t, func(c *delivery.Config) { c.Client = client }) // the timeouts of production
			for n := range 60 {
				// A 410 disables the integration, so each delivery has its own.
				m := message(w.integration(func(in *webhook.Integration) {
					in.RequestURL, in.PayloadTemplate = r.URL, `{"text": "{{eventData.text}}"}`
				}))
				m.Event = large
				w.queue.add(m.Encode())
				w.step()
				if a := w.dispatch(m).Attempts[0]; a.ResponseStatus != want {
					t.Errorf("delivery %d: status %d, %q (%s), want %d", n+1, a.ResponseStatus, a.Code, a.Message, want)
				}
			}
		})
	}
}

// A compressed response body that was not requested is decompressed, or its encoding is named.
func TestCompressedResponseIsDecompressed(t *testing.T) {
	pack := func(to func(io.Writer) io.WriteCloser, text string) string {
		var packed bytes.Buffer
		z := to(&packed)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		return packed.String()
	}
	gz := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	raw := func(w io.Writer) io.WriteCloser {
		z, err := flate.NewWriter(w, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	fine := pack(gz, "it's fine")
	const cutOff = "nothing of the body arrives"
	hidden := func(encoding string) string {
		return fmt.Sprintf("(not shown: the body has the content encoding %q, which was not requested)", encoding)
	}
	for name, c := range map[string]struct{ encoding, body, want string }{
		"gzip":                 {"gzip", fine, "it's fine"},
		"in upper case":        {"GZIP", fine, "it's fine"},
		"by its old name":      {"x-gzip", fine, "it's fine"},
		"a bomb":               {"gzip", pack(gz, strings.Repeat("0", 16<<20)), strings.Repeat("0", 1<<10)},
		"a bomb of characters": {"gzip", pack(gz, strings.Repeat("é", 8<<20)), strings.Repeat("é", 512)},
		"deflate":              {"deflate", pack(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, "it's fine"), "it's fine"},
		"deflate, no header":   {"deflate", pack(raw, "it's fine"), "it's fine"},
		"nothing in gzip":      {"gzip", pack(gz, ""), ""},
		"empty":                {"gzip", "", ""},
		"empty, unknown":       {"br", "", ""},
		"cut off":              {"gzip", cutOff, ""},
		"text called gzip":     {"gzip", "it's fine", "it's fine"},
		"text called deflate":  {"deflate", `{"ok": true}`, `{"ok": true}`},
		"text called utf-8":    {"utf-8", "é is fine", "é is fine"},
		"long text":            {"utf-8", "a" + strings.Repeat("é", 1000), "a" + strings.Repeat("é", 511)},
		"bytes called gzip":    {"gzip", "\x00\xff", hidden("gzip")},
		"bytes called deflate": {"deflate", "\xff\xff\xff", hidden("deflate")},
		"broken at once":       {"gzip", fine[:10] + "\xff\xff\xff\xff", hidden("gzip")},
		"checksum cut off":     {"gzip", fine[:len(fine)-8], "it's fine"},
		"brotli":               {"br", "\x0b\x02\x80hello\x03", hidden("br")},
		"brotli that is ASCII": {"br", "\x0b\x02", hidden("br")},
		"packed twice":         {"gzip, gzip", pack(gz, fine), hidden("gzip, gzip")},
		"a long name":          {strings.Repeat("n", 99), "\x00", hidden(strings.Repeat("n", 40))},
		"as it is":             {"identity", "it's fine", "it's fine"},
		"bytes as they are":    {"identity", "\xff", "\uFFFD"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Encoding", c.encoding)
				if c.body == cutOff {
					rw.Header().Set("Content-Length", "5")
					return
				}
				_, _ = io.WriteString(rw, c.body)
			}))
			defer server.Close()
			w := onNetwork(t, nil, nil)
			m := w.send(w.integration(func(in *webhook.Integration) { in.RequestURL = server.URL }))
			w.step()
			d := w.dispatch(m)
			if got := d.Attempts[0].ResponseBody; d.Status != webhook.DispatchSucceeded || got != c.want {
				t.Errorf("%s with %.80q, want %.80q", d.Status, got, c.want)
			}
		})
	}
}

func TestDNSFaults(t *testing.T) {
	private := []netip.Addr{netip.MustParseAddr("10.1.2.3")}
	for name, c := range map[string]struct {
		answer func(string, int) receivertest.Answer
		want   effect
	}{
		"no such name":    {func(string, int) receivertest.Answer { return receivertest.Answer{Unheld: true} }, effect{webhook.CodeDNS, 0, soon, schedule}},
		"no address":      {func(string, int) receivertest.Answer { return receivertest.Answer{} }, effect{webhook.CodeDNS, 0, soon, schedule}},
		"server fails":    {func(string, int) receivertest.Answer { return receivertest.Answer{Fails: true} }, effect{webhook.CodeDNS, 0, connectTimeout, schedule}},
		"server silent":   {func(string, int) receivertest.Answer { return receivertest.Answer{Silent: true} }, effect{webhook.CodeDNS, 0, connectTimeout, schedule}},
		"private address": {func(string, int) receivertest.Answer { return receivertest.Answer{Addrs: private} }, effect{webhook.CodeBlocked, 0, soon, ends}},
	} {
		for _, host := range []string{"receiver.test", "foo-.tumblr.test"} { // Go's resolver rejects the second
			t.Run(name+" at "+host, func(t *testing.T) {
				t.Parallel()
				w := onNetwork(t, receivertest.Names(c.answer), nil)
				m := w.send(w.integration(func(in *webhook.Integration) { in.RequestURL = "https://" + host + "/" }))
				began := time.Now()
				w.step()
				w.check(m, c.want, time.Since(began))
			})
		}
	}
}

// Hosts with a label that begins or ends with a hyphen, which Go's own resolver rejects, are looked
// up, and the addresses are checked like any other.
func TestHostLabelMayBeginOrEndWithHyphen(t *testing.T) {
	r := start(t, receivertest.Answers()[0])
	for _, host := range []string{"foo-.tumblr.test", "-foo.tumblr.test", "a.-b-.test"} {
		for addr, want := range map[string]webhook.ErrorCode{"127.0.0.1": "", "10.1.2.3": webhook.CodeBlocked} {
			w := onNetwork(t, receivertest.Addr(addr), nil)
			in := w.integration(func(in *webhook.Integration) {
				in.RequestURL = strings.Replace(r.URL, "127.0.0.1", host, 1)
			})
			m := w.send(in)
			w.step()
			if a := w.dispatch(m).Attempts[0]; a.Code != want {
				t.Errorf("%s at %s: %q (%s), want %q", host, addr, a.Code, a.Message, want)
			}
		}
	}
}

// A name resolves first to an allowed address, then to a private one.
func TestDNSRebindingIsBlocked(t *testing.T) {
	r := start(t, receivertest.Answers()[0])
	names := receivertest.Names(func(_ string, n int) receivertest.Answer {
		if n == 1 {
			return receivertest.Answer{Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}
		}
		return receivertest.Answer{Addrs: []netip.Addr{netip.MustParseAddr("169.254.169.254")}}
	})
	w := onNetwork(t, names, nil)
	in := w.integration(func(in *webhook.Integration) {
		in.RequestURL = strings.Replace(r.URL, "127.0.0.1", receivertest.Host, 1)
		in.HeadersTemplate = `{"X-Close": "1"}`
	})
	first := w.send(in)
	w.step()
	r.Close() // so that the second request dials
	second := w.send(in)
	w.step()
	if d := w.dispatch(first); d.Status != webhook.DispatchSucceeded {
		t.Errorf("first is %s: %+v", d.Status, d.Attempts)
	}
	if d := w.dispatch(second); d.Status != webhook.DispatchFailed || d.Attempts[0].Code != webhook.CodeBlocked {
		t.Errorf("second is %s: %+v", d.Status, d.Attempts)
	}
}

// If a receiver closes a kept-alive connection while the next request is being sent, the same
// attempt sends the request again on a new connection.
func TestClosedKeepAliveConnectionIsRetried(t *testing.T) {
	var dropped atomic.Bool
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Drop") != "" && dropped.CompareAndSwap(false, true) {
			panic(http.ErrAbortHandler)
		}
	})}
	go server.Serve(listener)
	defer server.Close()
	w := onNetwork(t, nil, nil)
	in := w.integration(func(in *webhook.Integration) { in.RequestURL = "http://" + listener.Addr().String() })
	w.send(in)
	w.step()
	m := w.send(w.edit(in, func(in *webhook.Integration) { in.HeadersTemplate = `{"X-Drop":"1"}` }))
	w.step()
	if d := w.dispatch(m); d.Status != webhook.DispatchSucceeded || !dropped.Load() {
		t.Errorf("dispatch is %s, dropped %v: %+v", d.Status, dropped.Load(), d.Attempts)
	}
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
