package edge

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey"
)

// lookEvery is how often the files of a certificate are looked at, at most.
const lookEvery = 10 * time.Second

// Certificate is a certificate with its key in two files. When they change they are read again, so
// that a renewal needs no restart. It is safe for concurrent use.
type Certificate struct {
	certFile, keyFile string
	now               func() time.Time
	log               *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	state   [2]fileState // of the files when current was read, or could not be
	looked  time.Time
}

type fileState struct {
	modified time.Time
	size     int64
}

// LoadCertificate reads the files, which are PEM, the certificate with its chain.
func LoadCertificate(certFile, keyFile string, now func() time.Time, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, now: now, log: log, looked: now()}
	c.state = c.look()
	var err error
	if c.current, err = c.read(); err != nil {
		return nil, err
	}
	return c, nil
}

// Config returns a configuration that serves the certificate over TLS 1.2 and later, to HTTP/1.1 and HTTP/2.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: c.get}
}

// get returns the certificate for a handshake. While new files cannot be read, for example because
// only one of them was replaced so far, it returns the last one.
func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if now.Sub(c.looked) < lookEvery {
		return c.current, nil
	}
	c.looked = now
	state := c.look()
	if state == c.state {
		return c.current, nil
	}
	c.state = state
	fresh, err := c.read()
	if err != nil {
		c.log.Error("read the new certificate failed; the last one is still served", logkey.Error, err)
		return c.current, nil
	}
	c.current = fresh
	c.log.Info("read a new certificate", logkey.ExpiresAt, fresh.Leaf.NotAfter)
	return c.current, nil
}

func (c *Certificate) read() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return nil, fmt.Errorf("certificate %s with key %s: %w", c.certFile, c.keyFile, err)
	}
	return &pair, nil
}

// look returns the state of the files; of a missing one the zero state.
func (c *Certificate) look() (state [2]fileState) {
	for i, name := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(name); err == nil {
			state[i] = fileState{info.ModTime(), info.Size()}
		}
	}
	return state
}
