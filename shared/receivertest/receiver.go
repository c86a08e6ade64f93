package receivertest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// Fault is one kind of misbehaviour.
type Fault struct {
	Name  string
	TLS   *TLS                     // nil means plain HTTP
	serve func(*Receiver, *stream) // serves one connection
}

// Receiver is a server with one fault, on its own port of the loopback interface, until Heal is
// called.
type Receiver struct {
	URL   string         // http://127.0.0.1:port/, or https://hostile.test:port/, a name that the resolver must map to it
	Roots *x509.CertPool // the certificate authority of its certificate; nil if unknown

	fault    Fault
	listener net.Listener
	config   *tls.Config
	healed   atomic.Bool
	open     sync.WaitGroup
	closed   chan struct{}
	close    func() // closes closed, once

	mu    sync.Mutex
	conns map[net.Conn]bool
	got   map[string]int // requests, by dispatch id
}

// Start starts the receiver. Call Close to stop it.
func (f Fault) Start() (*Receiver, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("faulty receiver %s: %w", f.Name, err)
	}
	r := &Receiver{
		URL: "http://" + listener.Addr().String() + "/", fault: f, listener: listener,
		conns: map[net.Conn]bool{}, got: map[string]int{}, closed: make(chan struct{}),
	}
	r.close = sync.OnceFunc(func() { close(r.closed) })
	if f.TLS != nil {
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		r.URL = "https://" + Host + ":" + port + "/"
		r.config, r.Roots = f.TLS.config()
	}
	if f.serve == nil { // refuses
		return r, listener.Close()
	}
	r.open.Go(r.accept)
	return r, nil
}

// Heal removes the fault: later requests are answered with 200. It has no effect on receivers that
// refuse connections or speak HTTP/2.
func (r *Receiver) Heal() { r.healed.Store(true) }

// Received returns the number of completely read requests, by dispatch id.
func (r *Receiver) Received() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.got)
}

// Close closes all connections and waits for all goroutines to end.
func (r *Receiver) Close() {
	r.close()
	_ = r.listener.Close()
	r.mu.Lock()
	for conn := range r.conns {
		_ = conn.Close()
	}
	r.mu.Unlock()
	r.open.Wait()
}

func (r *Receiver) accept() {
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.open.Go(func() { r.handle(conn) })
	}
}

func (r *Receiver) handle(conn net.Conn) {
	r.mu.Lock()
	r.conns[conn] = true
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		delete(r.conns, conn)
		r.mu.Unlock()
		_ = conn.Close()
	}()
	s := &stream{Conn: conn, raw: conn}
	if r.config != nil {
		s.first = bufio.NewReader(conn)
		s.Conn = tls.Server(peeked{conn, s.first}, r.config)
	}
	s.in = bufio.NewReader(s.Conn)
	if r.healed.Load() {
		r.behave(s)
		return
	}
	r.fault.serve(r, s)
}

// behave answers every request of a connection with 200.
func (r *Receiver) behave(s *stream) { r.answer(s, "200 OK\r\nContent-Length: 0") }

// answer answers every request of a connection with the given response, and with 200 after Heal.
func (r *Receiver) answer(s *stream, head string) {
	for r.read(s) {
		if r.healed.Load() {
			head = "200 OK\r\nContent-Length: 0"
		}
		s.say("HTTP/1.1 " + head + "\r\n\r\n")
	}
}

// read reads one complete request.
func (r *Receiver) read(s *stream) bool {
	req, err := http.ReadRequest(s.in)
	if err != nil {
		return false
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return false
	}
	r.note(req.Header.Get("Webhook-Dispatch-Id"))
	return true
}

// readHead reads the head of a request, but not its body.
func (r *Receiver) readHead(s *stream) bool {
	req, err := http.ReadRequest(s.in)
	if err != nil {
		return false
	}
	r.note(req.Header.Get("Webhook-Dispatch-Id"))
	return true
}

func (r *Receiver) note(dispatch string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got[dispatch]++
}

// stream is a connection with a read buffer.
type stream struct {
	net.Conn
	raw   net.Conn      // below TLS
	first *bufio.Reader // of raw, to peek at data below TLS; nil without TLS
	in    *bufio.Reader
}

// peeked is a connection with buffered data.
type peeked struct {
	net.Conn
	ahead *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.ahead.Read(b) }

// helloSize returns the size of the first TLS record, in bytes.
func (s *stream) helloSize() int {
	head, err := s.first.Peek(5)
	if err != nil {
		return 0
	}
	return len(head) + int(head[3])<<8 + int(head[4])
}

// drain reads the data that has arrived. Otherwise closing the connection would reset it.
func (s *stream) drain() { _, _ = s.first.Discard(s.helloSize()) }

func (s *stream) say(text string) bool {
	_, err := io.WriteString(s.Conn, text)
	return err == nil
}

// reset closes the connection with a TCP reset.
func (s *stream) reset() {
	if tcp, ok := s.raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = s.raw.Close()
}

// linger waits until the client closes the connection.
func (s *stream) linger() { _, _ = io.Copy(io.Discard, s.in) }
