package egress

import (
	"fmt"
	"slices"
)

// badPorts are the ports from 1024 on that browsers refuse to call, because their services may
// interpret an HTTP request as their own protocol. See
// https://fetch.spec.whatwg.org/#port-blocking.
var badPorts = []uint16{
	1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
	6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
}

// checkPort returns why a port is not allowed, or "". Below 1024 only the ports of HTTP are
// allowed: the others belong to mail, name, file and login services.
func checkPort(port uint16) string {
	switch {
	case port == 443 || port == 80:
		return ""
	case port < 1024:
		return fmt.Sprintf("port %d belongs to another service than HTTP: use 443, 80, or a port from 1024 on", port)
	case slices.Contains(badPorts, port):
		return fmt.Sprintf("port %d belongs to another protocol than HTTP, and browsers refuse it too: use another port", port)
	}
	return ""
}
