package egress

import (
	"errors"
	"net"
	"sync/atomic"
)

// ErrFlood reports a receiver that sent more than a connection may carry. Errors of a
// client wrap it.
var ErrFlood = errors.New("the receiver sent more than a connection may carry")

// metered is a connection that ends when too much came in over it. Each answer is bounded
// by itself; this bounds what a receiver sends unasked between and around them, such as
// HTTP/2 frames without end, which would keep a processor busy for as long as it likes.
type metered struct {
	net.Conn
	left atomic.Int64 // bytes
}

func meter(conn net.Conn, most int64) net.Conn {
	m := &metered{Conn: conn}
	m.left.Store(most)
	return m
}

// Read fails with ErrFlood once the measure is full.
func (m *metered) Read(p []byte) (int, error) {
	if m.left.Load() <= 0 {
		_ = m.Close()
		return 0, ErrFlood
	}
	n, err := m.Conn.Read(p)
	m.left.Add(-int64(n))
	return n, err
}
