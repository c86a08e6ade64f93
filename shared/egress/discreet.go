package egress

import (
	"bytes"
	"io"
)

// Discreet returns a writer for the standard logger of a program that sends requests:
// log.SetOutput(egress.Discreet(os.Stderr)). net/http logs responses that it did not request, and
// these can echo what was sent. The writer removes them.
func Discreet(w io.Writer) io.Writer { return discreet{w} }

type discreet struct{ w io.Writer }

var unasked = []byte("Unsolicited response received on idle HTTP channel")

func (d discreet) Write(line []byte) (int, error) {
	kept := line
	if at := bytes.Index(line, unasked); at >= 0 {
		kept = append(line[:at+len(unasked):at+len(unasked)], '\n')
	}
	if _, err := d.w.Write(kept); err != nil {
		return 0, err
	}
	return len(line), nil
}
