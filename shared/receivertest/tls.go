package receivertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"time"
)

// Host is the default name in certificates. It does not exist in DNS: tests need a resolver that maps
// it.
const Host = "hostile.test"

// TLS describes a receiver's TLS and its faults. The zero value has none.
type TLS struct {
	Expired    bool
	SelfSigned bool
	OtherHost  bool
	Version    uint16 // the only supported one; 0 means any
	HTTP2      bool
	HTTP1      bool   // in addition to HTTP2, otherwise HTTP2 only
	Cipher     uint16 // the only one for TLS 1.2; 0 means any
	Client     bool   // requires a client certificate
	BadCert    bool   // requests a client certificate, and rejects a missing one as bad_certificate, as Java does
}

func (t TLS) config() (*tls.Config, *x509.CertPool) {
	ca, caKey := certificate(&x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, nil)
	host := Host
	if t.OtherHost {
		host = "other.test"
	}
	leaf := &x509.Certificate{DNSNames: []string{host}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if t.Expired {
		leaf.NotAfter = time.Now().Add(-time.Hour)
	}
	parent, signer := ca, caKey
	if t.SelfSigned {
		parent, signer = nil, nil
	}
	cert, key := certificate(leaf, parent, signer)
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	config := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}},
		MinVersion:   t.Version, MaxVersion: t.Version,
	}
	if t.HTTP2 {
		config.NextProtos = []string{"h2"}
	}
	if t.HTTP1 {
		config.NextProtos = append(config.NextProtos, "http/1.1")
	}
	if t.Cipher != 0 {
		config.CipherSuites = []uint16{t.Cipher}
	}
	if t.Client {
		config.ClientAuth = tls.RequireAnyClientCert
	}
	if t.BadCert {
		config.ClientAuth = tls.RequestClientCert
		config.VerifyConnection = func(tls.ConnectionState) error { return errors.New("empty chain of client certificates") }
	}
	return config, roots
}

// certificate completes and signs a template. It is self-signed if there is no parent. An error here
// is a bug in this file.
func certificate(template, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.Subject = pkix.Name{CommonName: "hostile"}
	template.NotBefore = time.Now().Add(-24 * time.Hour)
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(24 * time.Hour)
	}
	if parent == nil {
		parent, signer = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		panic(err)
	}
	return cert, key
}

// onePacket is the maximum payload of a packet on most internet paths, in bytes.
const onePacket = 1400

// OverTLS returns the faults of receivers with https URLs.
func OverTLS() []Fault {
	ok := func(r *Receiver, s *stream) { r.behave(s) }
	return []Fault{
		{Name: "TLS in order", TLS: &TLS{}, serve: ok},
		{Name: "410 before the body is read over TLS", TLS: &TLS{}, serve: early("410 Gone", func(*stream) {})},
		{Name: "certificate expired", TLS: &TLS{Expired: true}, serve: ok},
		{Name: "certificate self-signed", TLS: &TLS{SelfSigned: true}, serve: ok},
		{Name: "certificate for another host", TLS: &TLS{OtherHost: true}, serve: ok},
		{Name: "TLS 1.1", TLS: &TLS{Version: tls.VersionTLS11}, serve: ok},
		{Name: "TLS 1.0", TLS: &TLS{Version: tls.VersionTLS10}, serve: ok},
		{Name: "no common cipher", TLS: &TLS{Version: tls.VersionTLS12, Cipher: tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}, serve: ok},
		{Name: "client certificate demanded", TLS: &TLS{Client: true}, serve: ok},
		{Name: "client certificate demanded over TLS 1.2", TLS: &TLS{Client: true, Version: tls.VersionTLS12}, serve: ok},
		{Name: "no client certificate is a bad one", TLS: &TLS{BadCert: true}, serve: ok},
		{Name: "no client certificate is a bad one over TLS 1.2", TLS: &TLS{BadCert: true, Version: tls.VersionTLS12}, serve: ok},
		{Name: "long first messages dropped", TLS: &TLS{}, serve: func(r *Receiver, s *stream) {
			if s.helloSize() > onePacket {
				r.hold(s)
				return
			}
			r.behave(s)
		}},
		{Name: "long first messages reset", TLS: &TLS{}, serve: func(r *Receiver, s *stream) {
			if s.helloSize() > onePacket {
				s.reset()
				return
			}
			r.behave(s)
		}},
		{Name: "long first messages closed", TLS: &TLS{}, serve: func(r *Receiver, s *stream) {
			if s.helloSize() > onePacket {
				s.drain()
				return
			}
			r.behave(s)
		}},
		{Name: "handshake without end", TLS: &TLS{}, serve: (*Receiver).hold},
		{Name: "reset inside the handshake", TLS: &TLS{}, serve: func(_ *Receiver, s *stream) {
			_, _ = s.raw.Read(make([]byte, 64))
			s.reset()
		}},
		{Name: "plain HTTP on the TLS port", TLS: &TLS{}, serve: func(_ *Receiver, s *stream) {
			_, _ = s.raw.Read(make([]byte, 4096))
			_, _ = s.raw.Write([]byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
		}},
		{Name: "no TLS on the TLS port", TLS: &TLS{}, serve: func(_ *Receiver, s *stream) {
			_, _ = s.raw.Read(make([]byte, 4096))
			_, _ = s.raw.Write([]byte("220 mail.example.com ESMTP ready\r\n"))
		}},
	}
}
