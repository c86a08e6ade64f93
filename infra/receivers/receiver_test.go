package receivers_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// kind is a receiver in a language or server of its own.
type kind struct {
	name  string
	needs string // a file of .cache/receivers, or a program, without which it is left out

	// start runs it with a secret and returns its URL, without a slash at the end.
	start func(t *testing.T, secret string) string

	lowerNames bool // it shows the names of headers in lower case, however they were sent
	onlyASCII  bool // it breaks off when a header holds anything else
}

func kinds() []kind {
	return []kind{
		{name: "Python", needs: cache("python/sum"), start: printing(cache("python/bin/python"), "python/receiver.py")},
		{name: "Node", needs: cache("node/sum"), start: printing("node", cache("node/receiver.mjs"))},
		{name: "Tomcat", needs: cache("java/sum"), start: printing("java", "-cp", cache("java")+":"+cache("java/lib/*"), "Receiver"), lowerNames: true},
		{name: "Rust", needs: cache("rust/sum"), start: printing(cache("rust/target/release/receiver")), onlyASCII: true},
		{name: "Ruby", needs: "ruby", start: printing("ruby", "ruby/receiver.rb")},
		{name: "PHP", needs: "php", start: php},
		{name: "nginx in front of Node", needs: "nginx", start: func(t *testing.T, secret string) string {
			return nginx(t, printing("node", cache("node/receiver.mjs"))(t, secret))
		}},
	}
}

// cache is a path of what infra/receivers/install has made.
func cache(name string) string {
	path, err := filepath.Abs(filepath.Join("../../.cache/receivers", name))
	if err != nil {
		panic(err)
	}
	return path
}

// require skips the test where the receiver is not installed, and fails it in CI.
func (k kind) require(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath(k.needs)
	if filepath.IsAbs(k.needs) {
		_, err = os.Stat(k.needs)
	}
	_, noCargo := exec.LookPath("cargo")
	switch {
	case err == nil:
	case k.name == "Rust" && noCargo != nil:
		t.Skip("needs Rust's cargo to be built")
	case os.Getenv("CI") != "":
		t.Fatal("not installed: run infra/receivers/install first")
	default:
		t.Skip("not installed: infra/receivers/install does it")
	}
}

// printing starts a program that takes the secret as its last argument and prints the port it listens on.
func printing(program string, args ...string) func(t *testing.T, secret string) string {
	return func(t *testing.T, secret string) string {
		cmd := exec.Command(program, append(args[:len(args):len(args)], secret)...)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		run(t, cmd)
		line, err := bufio.NewReader(out).ReadString('\n')
		port, ok := strings.CutPrefix(strings.TrimSpace(line), "port ")
		if err != nil || !ok {
			t.Fatalf("%s says %q, want its port: %v", program, line, err)
		}
		return "http://127.0.0.1:" + port
	}
}

// run starts a program and ends it with the test.
func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// php starts PHP's own server. It takes a port, but does not say which it was given.
func php(t *testing.T, secret string) string {
	address := freeAddress(t)
	cmd := exec.Command("php", "-d", "memory_limit=512M", "-S", address, "php/receiver.php")
	cmd.Env = append(os.Environ(), "WEBHOOK_SECRET="+secret)
	run(t, cmd)
	listening(t, address)
	return "http://" + address
}

// nginx starts nginx in front of a server, packing its answers as many do.
func nginx(t *testing.T, upstream string) string {
	dir, address := t.TempDir(), freeAddress(t)
	config := strings.NewReplacer("DIR", dir, "ADDRESS", address, "UPSTREAM", upstream).Replace(`
daemon off;
master_process off;
pid DIR/pid;
error_log DIR/error.log;
events {}
http {
  access_log off;
  client_body_temp_path DIR/body;
  proxy_temp_path DIR/proxy;
  fastcgi_temp_path DIR/fastcgi;
  uwsgi_temp_path DIR/uwsgi;
  scgi_temp_path DIR/scgi;
  client_max_body_size 2m;
  underscores_in_headers on;
  gzip on;
  gzip_min_length 1;
  gzip_proxied any;
  gzip_types *;
  server {
    listen ADDRESS;
    location / {
      proxy_pass UPSTREAM;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
    }
  }
}
`)
	path := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("nginx", "-p", dir, "-c", path, "-e", filepath.Join(dir, "error.log"))
	run(t, cmd)
	listening(t, address)
	return "http://" + address
}

// freeAddress returns an address of the loopback interface on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// listening waits until somebody listens.
func listening(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp4", address)
		if err == nil {
			conn.Close()
			return
		}
		if ctx.Err() != nil {
			t.Fatal(fmt.Errorf("nobody listens on %s: %w", address, err))
		}
		runtime.Gosched()
	}
}
