package lambdaruntime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"time"
)

var (
	// ErrInit reports a process that exited or failed before it requested an invocation.
	ErrInit = errors.New("the function did not start")

	// ErrCrashed reports a process that exited during an invocation.
	ErrCrashed = errors.New("the function exited without a response")

	// ErrTimeout reports an invocation that was interrupted after the timeout.
	ErrTimeout = errors.New("the function timed out")
)

// A FunctionError is an error response of the function.
type FunctionError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// Environment is a running function. It runs one invocation at a time; others wait.
type Environment struct {
	fn     Function
	api    *runtimeAPI
	server *http.Server
	cmd    *exec.Cmd
	logs   *Logs

	started time.Time
	exited  chan struct{} // closed once the process has been waited for
	err     error         // result of the wait; valid after exited is closed
	one     sync.Mutex    // held by the invocation in progress
}

// Start starts the function and returns immediately. The output of the process goes to logs.
func Start(f Function, logs *Logs) (*Environment, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the Runtime API: %w", err)
	}
	e := &Environment{fn: f.withDefaults(), api: newRuntimeAPI(), logs: logs, exited: make(chan struct{})}
	e.server = &http.Server{Handler: e.api.routes(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = e.server.Serve(listener) }()

	e.cmd = exec.Command(e.fn.Bootstrap)
	e.cmd.Env = e.fn.environ(listener.Addr().String())
	out := logs.writer()
	e.cmd.Stdout, e.cmd.Stderr = out, out // with the same writer for both, exec uses one goroutine
	endWithParent(e.cmd)
	e.started = time.Now()
	if err := e.cmd.Start(); err != nil {
		_ = e.server.Close()
		return nil, fmt.Errorf("start %s: %w", e.fn.Bootstrap, err)
	}
	go func() {
		e.err = e.cmd.Wait()
		out.flush()
		close(e.exited)
	}()
	return e, nil
}

// Ready waits until the function requests its first invocation, and returns the time since its
// start. Errors wrap ErrInit and include the function's output.
func (e *Environment) Ready(ctx context.Context) (time.Duration, error) {
	select {
	case at := <-e.api.first:
		e.api.first <- at // for the next call of Ready
		return at.Sub(e.started), nil
	case said := <-e.api.initError:
		return 0, fmt.Errorf("%w: %w", ErrInit, said)
	case <-e.exited:
		return 0, fmt.Errorf("%w: %v; output: %s", ErrInit, e.err, strings.Join(e.logs.Lines(), "\n"))
	case <-ctx.Done():
		return 0, fmt.Errorf("%w: %w", ErrInit, ctx.Err())
	}
}

// Invoke runs one invocation and returns the function's response. It returns a *FunctionError, or
// an error that wraps ErrInit, ErrCrashed or ErrTimeout; after these three the environment cannot
// be used again.
func (e *Environment) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	e.one.Lock()
	defer e.one.Unlock()
	if _, err := e.Ready(ctx); err != nil {
		return nil, err
	}
	inv := newInvocation(event, e.fn)
	timeout := time.NewTimer(e.fn.Timeout)
	defer timeout.Stop()
	select {
	case e.api.pending <- inv:
	case <-e.exited:
		return nil, ErrCrashed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case answer := <-inv.answer:
		return answer.payload, answer.err
	case <-e.exited:
		return nil, fmt.Errorf("%w: %v", ErrCrashed, e.err)
	case <-timeout.C:
		e.Stop()
		return nil, fmt.Errorf("%w after %v", ErrTimeout, e.fn.Timeout)
	case <-ctx.Done():
		e.Stop()
		return nil, ctx.Err()
	}
}

// CPU returns the CPU time, user and system, that the process has used. For a running process this
// only works on Linux.
func (e *Environment) CPU() time.Duration {
	select {
	case <-e.exited:
		return e.cmd.ProcessState.UserTime() + e.cmd.ProcessState.SystemTime()
	default:
		return processorTime(e.cmd.Process.Pid)
	}
}

// Stop kills the process without notice, like Lambda, and waits until it has exited.
func (e *Environment) Stop() {
	_ = e.cmd.Process.Kill()
	<-e.exited
	_ = e.server.Close()
}
