// Package console is the page in which a user sets up integrations and sees what
// became of their deliveries: HTML, CSS and ES modules in the binary, which speak
// only the public API under /v1 of the origin that serves them.
//
// The page holds nothing that is not for everybody to see: who the user is comes
// as a token in the URL's fragment (#token=...), from signing in at the deployment's
// issuer, or not at all where the API asks for none. A strict
// Content-Security-Policy lets nothing run but the modules in web/.
package console
