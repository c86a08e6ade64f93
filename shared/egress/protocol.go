package egress

import (
	"net"
	"net/http"
	"strings"
)

// protocols is a transport that uses HTTP/2 if the receiver offers it. If the receiver then demands
// HTTP/1.1, as IIS does for client certificates and Windows authentication, the request is repeated
// over HTTP/1.1, which is then used for the host for a while. See RFC 9113, section 7,
// HTTP_1_1_REQUIRED.
type protocols struct {
	any, http1 *http.Transport
	onlyHTTP1  *remembered
}

func (p *protocols) RoundTrip(req *http.Request) (*http.Response, error) {
	host := hostPort(req)
	if p.onlyHTTP1.has(host) {
		return p.http1.RoundTrip(req)
	}
	resp, err := p.any.RoundTrip(req)
	if err == nil || !demandsHTTP1(err) {
		return resp, err
	}
	p.onlyHTTP1.add(host)
	again, err := repeat(req, err)
	if err != nil {
		return nil, err
	}
	return p.http1.RoundTrip(again)
}

// CloseIdleConnections is called by http.Client.
func (p *protocols) CloseIdleConnections() {
	p.any.CloseIdleConnections()
	p.http1.CloseIdleConnections()
}

// demandsHTTP1 checks the error's text, because net/http exports no type for this error. It ignores
// the part that quotes the receiver.
func demandsHTTP1(err error) bool {
	text, _, _ := strings.Cut(err.Error(), `"`)
	return strings.Contains(text, "HTTP_1_1_REQUIRED")
}

// repeat returns the request with its body from the start, or cause if the body cannot be read
// again.
func repeat(req *http.Request, cause error) (*http.Request, error) {
	again := req.Clone(req.Context())
	if req.Body == nil || req.Body == http.NoBody {
		return again, nil
	}
	if req.GetBody == nil {
		return nil, cause
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	again.Body = body
	return again, nil
}

// hostPort returns the key of a host in remembered. It includes the port, because each port can be
// a different server.
func hostPort(req *http.Request) string {
	if req.URL.Port() != "" {
		return req.URL.Host
	}
	return net.JoinHostPort(req.URL.Hostname(), req.URL.Scheme)
}
