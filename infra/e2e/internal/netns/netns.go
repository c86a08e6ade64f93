// Package netns runs a test binary in its own network namespace, without access to other machines.
// Emulators and functions under test can reach each other there, and a receiver can have a public
// address.
//
// It works on Linux, as root or with unprivileged user namespaces. A binary enters the namespace in
// TestMain:
//
//	if netns.Here() {
//		err = netns.Raise() // then run the tests
//	} else {
//		code, err = netns.Run() // runs this binary again in the namespace
//	}
package netns

import (
	"errors"
	"os"
)

// Address is this machine's address in the namespace, in addition to 127.0.0.1. It is a public
// address, so guards against calls to private addresses allow it.
const Address = "1.2.3.4"

// PrivateAddress is another of its addresses. It is private, so guards refuse it unless they are told
// to allow it.
const PrivateAddress = "10.1.2.3"

// ErrUnavailable reports a machine on which network namespaces cannot be created.
var ErrUnavailable = errors.New("cannot create a network namespace: it requires Linux, and root or unprivileged user namespaces")

const marker = "ON_ISLAND"

// Here reports whether this process runs in such a namespace.
func Here() bool { return os.Getenv(marker) != "" }
