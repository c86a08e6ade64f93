// Package nodeproc runs the node as a separate process.
package nodeproc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/thordata/webhook-integration/infra/webhooks/client"
)

const (
	startWithin = 30 * time.Second
	callWithin  = 10 * time.Second
)

var address = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// Build compiles the node into dir and returns the path of the binary. The working directory must
// be in the module.
func Build(ctx context.Context, dir string) (string, error) {
	bin := filepath.Join(dir, "node")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", bin, "github.com/thordata/webhook-integration/infra/webhooks")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the node: %w\n%s", err, out)
	}
	return bin, nil
}

// Node is a running node.
type Node struct {
	Addr string // host:port

	cmd    *exec.Cmd
	in     io.WriteCloser
	exited chan struct{} // closed once the process has been waited for
	err    error         // result of the wait
}

// Start runs the binary, with its log going to log, and returns once it listens. If the process
// exits, or does not listen within 30 s, it returns an error with the end of the log.
func Start(bin string, log io.Writer, args ...string) (*Node, error) {
	n := &Node{cmd: exec.Command(bin, args...), exited: make(chan struct{})}
	dieWithParent(n.cmd)
	words := &tail{also: log}
	n.cmd.Stderr = words
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if n.in, err = n.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := n.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the node: %w", err)
	}
	listening := make(chan string, 1)
	go func() {
		n.read(out, listening)
		n.err = n.cmd.Wait()
		close(n.exited)
	}()
	select {
	case n.Addr = <-listening:
		return n, nil
	case <-n.exited:
		return nil, fmt.Errorf("the node exited before it listened: %w\n%s", errors.Join(n.err, errEnded), words)
	case <-time.After(startWithin):
		n.Kill()
		return nil, fmt.Errorf("the node did not listen within %v\n%s", startWithin, words)
	}
}

var errEnded = errors.New("see its log below")

// read finds the address in the node's output and discards the rest.
func (n *Node) read(out io.Reader, listening chan<- string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			select {
			case listening <- m[1]:
			default:
			}
		}
	}
}

// For returns a client of the node for a user. It has its own connections, so that clients do not
// affect each other.
func (n *Node) For(user string) *client.Client {
	return &client.Client{URL: "http://" + n.Addr, User: user, HTTP: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: callWithin,
	}}
}

// Kill kills the node with SIGKILL, like a power failure, and waits until it has exited.
func (n *Node) Kill() {
	_ = n.cmd.Process.Kill()
	<-n.exited
}

// Tell writes a line to the node's standard input.
func (n *Node) Tell(line string) error {
	_, err := io.WriteString(n.in, line+"\n")
	return err
}

// Pid returns the process id.
func (n *Node) Pid() int { return n.cmd.Process.Pid }

// CPU returns the CPU time, user and system, that the node has used. It reads /proc, so it only
// works on Linux.
func (n *Node) CPU() (time.Duration, error) { return CPU(n.Pid()) }

// CPU returns the CPU time that a process has used.
func CPU(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("CPU time of process %d: %w", pid, err)
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("CPU time of process %d: unexpected format of /proc/<pid>/stat", pid)
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return 0, fmt.Errorf("CPU time of process %d: %w", pid, err)
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on Linux
	return time.Duration(user+system) * tick, nil
}

// tail keeps the end of what is written, and passes all of it on.
type tail struct {
	also io.Writer
	last []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.last = append(t.last, p...)
	if over := len(t.last) - 4096; over > 0 {
		t.last = t.last[over:]
	}
	return t.also.Write(p)
}

func (t *tail) String() string { return string(t.last) }
