package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/thordata/webhook-integration/infra/e2e/internal/netns"
)

// receiver is a server of users' endpoints, one per path.
type receiver struct {
	server *httptest.Server

	mu    sync.Mutex
	paths map[string]*endpoint
}

// endpoint is one path of a receiver and its requests.
type endpoint struct {
	answer func(n int) int // the status for the n-th request, counted from 1; 200 if nil
	secret string
	got    []delivered
}

// delivered is one received request.
type delivered struct {
	Header   http.Header
	Body     string
	Verified error // result of the official library
}

func newReceiver(t *testing.T, address string) *receiver {
	t.Helper()
	listener, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{paths: map[string]*endpoint{}}
	r.server = httptest.NewUnstartedServer(r)
	_ = r.server.Listener.Close()
	r.server.Listener = listener
	r.server.EnableHTTP2 = true
	r.server.TLS = &tls.Config{Certificates: []tls.Certificate{authority(t).certificate}}
	r.server.StartTLS()
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) URL(path string) string { return r.server.URL + path }

// at changes the endpoint of a path.
func (r *receiver) at(path string, change func(*endpoint)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paths[path] == nil {
		r.paths[path] = &endpoint{}
	}
	change(r.paths[path])
}

// got returns the requests to a path.
func (r *receiver) got(path string) (all []delivered) {
	r.at(path, func(e *endpoint) { all = slices.Clone(e.got) })
	return all
}

// ServeHTTP receives a webhook.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	status := http.StatusOK
	r.at(req.URL.Path, func(e *endpoint) {
		d := delivered{Header: req.Header, Body: string(body)}
		hook, err := standardwebhooks.NewWebhook(e.secret)
		if err == nil {
			err = hook.Verify(body, req.Header)
		}
		d.Verified = err
		e.got = append(e.got, d)
		if e.answer != nil {
			status = e.answer(len(e.got))
		}
	})
	w.WriteHeader(status)
}

// ca is a certificate authority that is only trusted in the namespace.
type ca struct {
	file        string // path of its certificate, for SSL_CERT_FILE
	certificate tls.Certificate
}

var theAuthority = sync.OnceValues(makeAuthority)

func authority(t *testing.T) ca {
	t.Helper()
	a, err := theAuthority()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// makeAuthority writes the certificate to the directory of the binaries, which is removed with
// them.
func makeAuthority() (ca, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return ca{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "end-to-end tests"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IPAddresses: []net.IP{net.ParseIP(netns.Address), net.ParseIP(netns.PrivateAddress)},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return ca{}, err
	}
	file := os.Getenv(bootstrapsVariable) + "/authority.pem"
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return ca{file, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}, os.WriteFile(file, text, 0o600)
}
