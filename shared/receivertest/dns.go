package receivertest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// Answer is a name server's answer for a name.
type Answer struct {
	Addrs  []netip.Addr // if empty and no other field is set, the name has no address
	Unheld bool         // the name does not exist (NXDOMAIN)
	Fails  bool         // the server fails (SERVFAIL)
	Fails6 bool         // the server fails for IPv6 addresses (AAAA)
	Silent bool         // the server never answers
}

// Names returns a resolver that sends no queries to the network. answer gives the answer to the n-th
// look-up (1, 2, ...) of a name; the queries for IPv4 and IPv6 are one look-up.
func Names(answer func(name string, n int) Answer) *net.Resolver {
	s := &names{answer: answer, asked: map[string]int{}}
	return &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go s.serve(ours)
		return theirs, nil
	}}
}

// Addr returns a resolver that gives the same answer to every query.
func Addr(addrs ...string) *net.Resolver {
	var a Answer
	for _, addr := range addrs {
		a.Addrs = append(a.Addrs, netip.MustParseAddr(addr))
	}
	return Names(func(string, int) Answer { return a })
}

type names struct {
	answer func(name string, n int) Answer

	mu    sync.Mutex
	asked map[string]int // queries for A, by name
}

// serve serves DNS over TCP: each message is preceded by its length.
func (s *names) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		reply := s.reply(query)
		if reply == nil {
			_, _ = io.Copy(io.Discard, conn) // never answers; returns when the client disconnects
			return
		}
		reply = append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...)
		if _, err := conn.Write(reply); err != nil {
			return
		}
	}
}

func (s *names) reply(query []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	a := s.answer(q.Name.String(), s.count(q))
	if a.Silent {
		return nil
	}
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	switch {
	case a.Unheld:
		m.RCode = dnsmessage.RCodeNameError
	case a.Fails || a.Fails6 && q.Type == dnsmessage.TypeAAAA:
		m.RCode = dnsmessage.RCodeServerFailure
	}
	for _, addr := range a.Addrs {
		head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
		switch {
		case addr.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: addr.As4()}})
		case addr.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
		}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}

// count returns the number of the look-up. The queries for A and AAAA arrive in either order, so each
// type is counted separately.
func (s *names) count(q dnsmessage.Question) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := q.Type.String() + " " + q.Name.String()
	s.asked[key]++
	return s.asked[key]
}
