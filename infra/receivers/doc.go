// Package receivers checks that a receiver in another language than ours verifies what
// is sent: verify.py uses the official Standard Webhooks library for Python.
package receivers
