// Package receivertest provides misbehaving receivers and lying name servers for tests and for soak
// tests of a running node. Each fault occurs with real receivers, networks or attackers.
package receivertest
