package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// A HandshakeError reports that a connection was made, and TLS was not.
type HandshakeError struct {
	ClientCertificate bool // the receiver asked for a certificate of the client, which has none
	Err               error
}

func (e *HandshakeError) Error() string { return "TLS handshake: " + e.Err.Error() }

func (e *HandshakeError) Unwrap() error { return e.Err }

// Timeout reports whether the receiver did not finish the handshake in time.
func (e *HandshakeError) Timeout() bool { return errors.Is(e.Err, context.DeadlineExceeded) }

// classical are the key exchanges without the post-quantum ones, whose share makes the first
// message longer than a packet.
var classical = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}

// handshaker makes TLS connections. There are boxes before receivers that drop a first message of
// more than one packet, or reset the connection: a host whose handshake ended so is therefore offered
// no post-quantum key share for a while.
type handshaker struct {
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	config   *tls.Config
	timeout  time.Duration
	oldBoxes *remembered
}

func (h *handshaker) dialTLS(protocols ...string) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := h.dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		config := h.config.Clone()
		config.NextProtos = protocols
		if config.ServerName == "" {
			config.ServerName, _, _ = net.SplitHostPort(address)
		}
		if h.oldBoxes.has(address) {
			config.CurvePreferences = classical
		}
		asked := false
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			asked = true
			return &tls.Certificate{}, nil
		}
		ctx, cancel := context.WithTimeout(ctx, h.timeout)
		defer cancel()
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			if unanswered(err) {
				h.oldBoxes.add(address)
			}
			return nil, &HandshakeError{ClientCertificate: asked, Err: notTLS(err)}
		}
		return secure, nil
	}
}

// unanswered reports whether a handshake timed out, or the connection was reset or closed. A reset
// that arrives before the first message is written shows as the end of the connection.
func unanswered(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF)
}

// notTLS is how net/http names a receiver that speaks HTTP where TLS is expected.
func notTLS(err error) error {
	if wrong, ok := errors.AsType[tls.RecordHeaderError](err); ok && string(wrong.RecordHeader[:]) == "HTTP/" {
		return http.ErrSchemeMismatch
	}
	return err
}
