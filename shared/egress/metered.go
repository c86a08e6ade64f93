package egress

import (
	"errors"
	"net"
	"sync/atomic"
)

// ErrFlood reports a receiver that sent more data than a connection allows. A client's errors wrap
// it.
var ErrFlood = errors.New("the receiver sent more than a connection may carry")

// metered is a connection that fails after too much incoming data. Each response is limited by
// itself; this also limits what a receiver sends unrequested between and around responses, such as
// endless HTTP/2 frames, which would otherwise use CPU time without limit.
type metered struct {
	net.Conn
	left atomic.Int64 // bytes
}

func meter(conn net.Conn, most int64) net.Conn {
	m := &metered{Conn: conn}
	m.left.Store(most)
	return m
}

// Read returns ErrFlood once the limit is reached.
func (m *metered) Read(p []byte) (int, error) {
	if m.left.Load() <= 0 {
		_ = m.Close()
		return 0, ErrFlood
	}
	n, err := m.Conn.Read(p)
	m.left.Add(-int64(n))
	return n, err
}
