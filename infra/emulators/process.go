package emulators

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

// patience is how long an emulator may take to start on a busy machine.
const patience = 90 * time.Second

// keeper is a shell script that runs a command and kills it, by its process id, when standard input
// is closed, which happens however this process exits. The script exits with the command.
const keeper = `exec 3<&0
"$@" 3<&- </dev/null & pid=$!
{ read -r _ <&3; kill -9 $pid; } >/dev/null 2>&1 &
exec 3<&-
wait $pid`

func launch(ctx context.Context, root string, tool Tool) (string, error) {
	port, err := freePort()
	if err != nil {
		return "", err
	}
	output := new(tail)
	cmd := exec.Command("sh", append([]string{"-c", keeper, "sh"}, tool.argv(root, port)...)...)
	cmd.Stdout, cmd.Stderr = output, output
	life, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", tool.name, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	context.AfterFunc(ctx, func() { _ = life.Close() })

	url := "http://127.0.0.1:" + port
	if err := await(ctx, url, ended); err != nil {
		_ = life.Close()
		return "", fmt.Errorf("%s %w; output: %s", tool.name, err, output)
	}
	return url, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

// await returns once the server responds, with any status.
func await(ctx context.Context, url string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		if resp, err := client.Get(url); err == nil {
			return resp.Body.Close()
		}
		select {
		case <-ended:
			return fmt.Errorf("exited immediately")
		case <-ctx.Done():
			return fmt.Errorf("does not respond: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// tail keeps the last few KiB that are written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - 4096; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}
