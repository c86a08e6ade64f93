// Package emulators runs stand-ins for the AWS services that the system uses, on
// ports of the loopback interface that the operating system picks.
//
// DynamoDB is AWS's own DynamoDB Local: expression parser, limits, item sizes, and transactions with
// their cancellation reasons are the service's. moto was tried in its place: of concurrent conditional
// writes it lets two win, and the store's tests take eight times as long. SQS, EventBridge and KMS are
// moto: it knows redrive policies, receive counts, per-message visibility, message groups on
// standard queues and messages of 1 MiB. Both install from package registries, without Docker.
package emulators

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrNotInstalled reports an emulator that is not on this machine.
var ErrNotInstalled = errors.New("is not installed: run infra/emulators/install")

// Region is where the emulated resources are.
const Region = "us-east-1"

// Account is the AWS account that the emulators believe to be in.
const Account = "123456789012"

// Tool is an emulator.
type Tool struct {
	name  string
	needs string // a file below the module's root
	argv  func(root, port string) []string
}

// DynamoDB is DynamoDB Local, in memory. It takes some seconds to start. It has no option to
// listen on the loopback interface alone; web pages get no access, and what it holds is gone with its process.
func DynamoDB() Tool {
	return Tool{name: "DynamoDB Local", needs: ".cache/dynamodb-local/pom.xml", argv: func(root, port string) []string {
		lib := filepath.Join(root, ".cache/dynamodb-local/lib")
		return []string{
			"java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
			"-Djava.library.path=" + lib, "-classpath", lib + "/*",
			"com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
			"-inMemory", "-sharedDb", "-disableTelemetry", "-cors", "http://127.0.0.1", "-port", port,
		}
	}}
}

// Moto is moto's server: SQS, EventBridge and KMS at one address.
func Moto() Tool {
	return Tool{name: "moto", needs: ".cache/venv/bin/moto_server", argv: func(root, port string) []string {
		venv := filepath.Join(root, ".cache/venv/bin")
		return []string{filepath.Join(venv, "python"), filepath.Join(venv, "moto_server"), "-H", "127.0.0.1", "-p", port}
	}}
}

// Start runs a tool until ctx ends, or this process does, in whatever way. It
// returns its URL when it answers requests, and an error wrapping ErrNotInstalled if it is not
// on this machine.
func Start(ctx context.Context, tool Tool) (url string, err error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	if err := tool.installed(root); err != nil {
		return "", err
	}
	for range 3 { // the port may be taken by someone else between our choice and its use
		if url, err = launch(ctx, root, tool); err == nil || ctx.Err() != nil {
			break
		}
	}
	return url, err
}

// Installed returns an error wrapping ErrNotInstalled if the tool is not on this machine.
func (t Tool) Installed() error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	return t.installed(root)
}

func (t Tool) installed(root string) error {
	if _, err := os.Stat(filepath.Join(root, t.needs)); err != nil {
		return fmt.Errorf("%s %w", t.name, ErrNotInstalled)
	}
	return nil
}

// moduleRoot returns the directory of go.mod at or above the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the emulators are started from below the module's root: no go.mod was found")
		}
		dir = parent
	}
}
