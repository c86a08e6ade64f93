package egress_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/egress"
)

// authority is a certificate authority of a test.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	a := authority{t: t}
	own := &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.cert, a.key = a.sign(own)
	return a
}

// sign makes a certificate and its key. The first one is self-signed.
func (a authority) sign(template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template.SerialNumber, template.Subject = big.NewInt(1), pkix.Name{CommonName: "test"}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

func (a authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

// server starts a server whose certificate is of the authority.
func (a authority) server() *httptest.Server {
	cert, key := a.sign(&x509.Certificate{DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
	s.StartTLS()
	a.t.Cleanup(s.Close)
	return s
}

func written(t *testing.T, text string) string {
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReceiversOfAPrivateAuthority(t *testing.T) {
	first, second, other := newAuthority(t), newAuthority(t), newAuthority(t)
	roots, err := egress.ReadRoots(written(t, "# ours\n"+first.pem()+"\n"+second.pem()))
	if err != nil {
		t.Fatal(err)
	}
	client := egress.NewClient(loopback, egress.Options{TLS: &tls.Config{RootCAs: roots}})
	for name, c := range map[string]struct {
		of      authority
		trusted bool
	}{"first": {first, true}, "second": {second, true}, "other": {other, false}} {
		resp, err := client.Get(strings.Replace(c.of.server().URL, "127.0.0.1", "localhost", 1))
		if err == nil {
			resp.Body.Close()
		}
		_, refused := errors.AsType[*tls.CertificateVerificationError](err)
		if refused == c.trusted || c.trusted && err != nil {
			t.Errorf("%s authority: %v", name, err)
		}
	}
}

func TestRootsThatCannotBeRead(t *testing.T) {
	if roots, err := egress.ReadRoots(""); roots != nil || err != nil {
		t.Errorf("no file: %v, %v", roots, err)
	}
	a := newAuthority(t)
	key, _ := x509.MarshalPKCS8PrivateKey(a.key)
	for text, want := range map[string]string{
		"":      "has no certificate",
		"hello": "has no certificate",
		a.pem() + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})):          "has a PRIVATE KEY: want only certificates",
		a.pem() + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("no")})): "certificate 2: ",
		a.pem() + a.pem()[:200]: "has something malformed after certificate 1",
	} {
		file := written(t, text)
		if _, err := egress.ReadRoots(file); err == nil || !strings.Contains(err.Error(), file+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: error %v, want %s", text, err, want)
		}
	}
	if _, err := egress.ReadRoots("/no/such/file"); err == nil || !strings.Contains(err.Error(), "/no/such/file") {
		t.Errorf("missing file: %v", err)
	}
}
