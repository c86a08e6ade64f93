package delivery

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
)

// tlsFault says what is wrong with the receiver's TLS, "" if the error is another.
func tlsFault(err error) string {
	if name, ok := errors.AsType[x509.HostnameError](err); ok && name.Certificate != nil {
		return "its certificate is for another host"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "its certificate is not from a known authority: self-signed, or the chain is incomplete"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return "its certificate has expired or is not valid yet"
		}
		return "its certificate is not valid for this use"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "it does not speak TLS on this port"
	}
	switch text := signs(err); {
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "it does not speak TLS on this port"
	case strings.Contains(text, "protocol version"):
		return "it does not speak TLS 1.2 or later"
	case containsAny(text, "tls: ", "x509: "):
		return "the TLS handshake went wrong"
	}
	return ""
}

// signs returns what the transport says in its own words: it exports no types for most
// of its errors. What it quotes came from the receiver, and is left out.
func signs(err error) string {
	text, _, _ := strings.Cut(err.Error(), `"`)
	return text
}

func containsAny(text string, signs ...string) bool {
	return slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(text, sign) })
}

// protocolFault reports an answer that breaks the rules of HTTP/1.1 or HTTP/2.
func protocolFault(err error) bool {
	return containsAny(signs(err), "malformed", "Content-Length", "transfer encoding", "Transfer-Encoding", "invalid header",
		"headers exceeded", "header list", "1xx", "frame too large",
		"PROTOCOL_ERROR", "FRAME_SIZE_ERROR", "COMPRESSION_ERROR", "FLOW_CONTROL_ERROR")
}

// brokenOff reports a connection, or a stream of one, that the receiver ended.
func brokenOff(err error) bool {
	for _, known := range []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	return containsAny(signs(err), "EOF", "server closed idle connection", "GOAWAY", "stream error", "client connection lost", "connection error")
}
