// Package receivers sends deliveries with odd URLs, headers and bodies to real receivers: Tomcat, Node,
// PHP, Ruby, Rust and Python servers, and nginx in front of one. Each verifies the signature, with the official
// Standard Webhooks library where a package registry has one, and answers with what it saw. The
// receivers are also examples of how to verify a webhook.
package receivers
