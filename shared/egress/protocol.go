package egress

import (
	"net"
	"net/http"
	"strings"
)

// protocols is a transport that speaks HTTP/2 where the receiver offers it. One that then demands
// HTTP/1.1, as IIS does for client certificates and Windows sign-in, gets the same request over
// HTTP/1.1, and so do later ones for a while. See RFC 9113, section 7, HTTP_1_1_REQUIRED.
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

// CloseIdleConnections is what http.Client calls by this name.
func (p *protocols) CloseIdleConnections() {
	p.any.CloseIdleConnections()
	p.http1.CloseIdleConnections()
}

// demandsHTTP1 reads the error's text, before what it quotes of the receiver: net/http exports no
// type for it.
func demandsHTTP1(err error) bool {
	text, _, _ := strings.Cut(err.Error(), `"`)
	return strings.Contains(text, "HTTP_1_1_REQUIRED")
}

// repeat returns the request with its body from the start, or the error if it has none to give.
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

// hostPort names the host as remembered: the port counts, as another server may listen there.
func hostPort(req *http.Request) string {
	if req.URL.Port() != "" {
		return req.URL.Host
	}
	return net.JoinHostPort(req.URL.Hostname(), req.URL.Scheme)
}
