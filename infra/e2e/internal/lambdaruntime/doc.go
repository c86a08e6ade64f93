// Package lambdaruntime runs the binaries of Lambda functions as Lambda does: it starts a
// bootstrap with Lambda's own environment variables next to the function's, and hands it
// invocations through the Runtime API on a port of the loopback interface.
//
// An [Environment] is one process, which runs one invocation at a time; a [Pool] starts as
// many as there are invocations at once. What a process writes is kept as log lines.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
package lambdaruntime
