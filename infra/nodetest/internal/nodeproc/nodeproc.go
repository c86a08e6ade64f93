// Package nodeproc runs the local node as a process of its own, for the
// commands that measure it and break it.
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

// Build compiles the node into dir and returns the path of the binary. It must
// be called within the module.
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
	err    error         // of the wait
}

// Start runs the binary and returns once it listens. Its log goes to log. A
// node that ends, or does not listen within 30 s, is an error that shows its
// last words.
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
		return nil, fmt.Errorf("the node ended before it listened: %w\n%s", errors.Join(n.err, errEnded), words)
	case <-time.After(startWithin):
		n.Kill()
		return nil, fmt.Errorf("the node did not listen within %v\n%s", startWithin, words)
	}
}

var errEnded = errors.New("see its words below")

// read looks for the address in what the node prints, and drops the rest.
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

// For returns a client of the node for a user. It keeps connections of its own, so
// that what others leave behind on theirs is not its business.
func (n *Node) For(user string) *client.Client {
	return &client.Client{URL: "http://" + n.Addr, User: user, HTTP: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: callWithin,
	}}
}

// Kill ends the node as a power cut would (SIGKILL), and waits for its end.
func (n *Node) Kill() {
	_ = n.cmd.Process.Kill()
	<-n.exited
}

// Tell writes a line to the node's standard input.
func (n *Node) Tell(line string) error {
	_, err := io.WriteString(n.in, line+"\n")
	return err
}

// Pid is the process id.
func (n *Node) Pid() int { return n.cmd.Process.Pid }

// CPU returns the processor time, user and system, that the node has used. It
// reads /proc, so it works on Linux only.
func (n *Node) CPU() (time.Duration, error) { return CPU(n.Pid()) }

// CPU returns the processor time that a process has used so far.
func CPU(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("processor time of process %d: %w", pid, err)
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("processor time of process %d: /proc's stat has another form", pid)
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return 0, fmt.Errorf("processor time of process %d: %w", pid, err)
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on Linux
	return time.Duration(user+system) * tick, nil
}

// tail keeps the last of what is written, and passes all of it on.
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
