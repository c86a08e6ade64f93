package egress

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
)

// failing is a connection whose writes fail.
type failing struct {
	net.Conn
	err    error
	writes int
}

func (f *failing) Write([]byte) (int, error) {
	f.writes++
	return 0, &net.OpError{Op: "write", Err: f.err}
}

func TestOnlyWritesToAReceiverThatClosedCountAsDone(t *testing.T) {
	for err, done := range map[error]bool{
		syscall.EPIPE: true, syscall.ECONNRESET: true, syscall.ECONNABORTED: true,
		net.ErrClosed: false, os.ErrDeadlineExceeded: false, syscall.ETIMEDOUT: false,
	} {
		below := &failing{err: err}
		conn := &answered{Conn: below}
		for range 2 {
			n, got := conn.Write([]byte("text"))
			if (got == nil && n == 4) != done || !done && !errors.Is(got, err) {
				t.Errorf("%v: wrote %d bytes, %v; want it to count as done: %v", err, n, got, done)
			}
		}
		if want := map[bool]int{true: 1, false: 2}[done]; below.writes != want {
			t.Errorf("%v: %d writes reached the connection, want %d", err, below.writes, want)
		}
	}
}
