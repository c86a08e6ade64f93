// Package netns runs a test binary in a network of its own, in which there is nothing but this
// machine. Emulators and functions under test find each other there, a receiver can
// have an address that passes for a public one, and nothing that goes wrong can reach
// anybody else.
//
// It works on Linux, as root or where users may make namespaces of their own. A binary enters from
// its TestMain:
//
//	if netns.Here() {
//		err = netns.Raise() // then run the tests
//	} else {
//		code, err = netns.Run() // runs this binary again, there
//	}
package netns

import (
	"errors"
	"os"
)

// Address is this machine's in the namespace, next to 127.0.0.1. Elsewhere it belongs to somebody,
// which is why guards against calls to private addresses let it through.
const Address = "1.2.3.4"

// ErrUnavailable reports a machine on which a network of one's own cannot be made.
var ErrUnavailable = errors.New("cannot make a network of its own on this machine: it takes Linux, and root or unprivileged user namespaces")

const marker = "ON_ISLAND"

// Here reports whether this process runs in such a namespace.
func Here() bool { return os.Getenv(marker) != "" }
