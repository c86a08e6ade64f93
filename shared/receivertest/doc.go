// Package receivertest offers receivers that misbehave, and name servers that lie, for
// tests and for soaking a running node. Each fault is one that real receivers,
// networks or attackers produce.
package receivertest
