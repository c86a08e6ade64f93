package egress

import (
	"errors"
	"net"
	"sync/atomic"
	"syscall"
)

// answered is a connection on which a receiver may answer before it has read the whole request, and
// close. The write that then fails would end the exchange before the answer, which has arrived, is
// read; so it counts as done, and reading decides: it finds the answer, or a reset or the end.
type answered struct {
	net.Conn
	closed atomic.Bool // the receiver reads no more
}

func (a *answered) Write(p []byte) (int, error) {
	if a.closed.Load() {
		return len(p), nil
	}
	n, err := a.Conn.Write(p)
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNABORTED) {
		a.closed.Store(true)
		return len(p), nil
	}
	return n, err
}
