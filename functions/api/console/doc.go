// Package console is the web page where users set up integrations and see the results of
// deliveries: HTML, CSS and ES modules in the binary, which use only the public API under /v1 of
// the same origin.
//
// The page is the same for all users. It gets the user's token from the URL's fragment (#token=...)
// or by signing in at the deployment's issuer; deployments without authentication need none. A
// strict Content-Security-Policy allows only the modules in web/ to run.
package console
