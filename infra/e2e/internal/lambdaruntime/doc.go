// Package lambdaruntime runs the binaries of Lambda functions like Lambda: it starts a bootstrap
// with Lambda's environment variables and the function's own, and sends it invocations through the
// Runtime API on a port of the loopback interface.
//
// An [Environment] is one process, which runs one invocation at a time. A [Pool] starts one
// environment per concurrent invocation. The output of the processes is kept as log lines.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
package lambdaruntime
