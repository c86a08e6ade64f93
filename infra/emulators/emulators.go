// Package emulators runs emulators of the AWS services that the system uses, on free ports of the
// loopback interface.
//
// DynamoDB is AWS's own DynamoDB Local, with the expression parser, limits, item sizes and
// cancellation reasons of the service. moto is not suitable for DynamoDB: it lets two concurrent
// conditional writes succeed, and the store's tests take eight times as long. SQS, EventBridge and
// KMS are emulated by moto, which supports redrive policies, receive counts, per-message
// visibility, message groups on standard queues and messages of 1 MiB. Both are installed from
// package registries, without Docker.
package emulators

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrNotInstalled reports an emulator that is not installed.
var ErrNotInstalled = errors.New("is not installed: run infra/emulators/install")

// Region is the region of the emulated resources.
const Region = "us-east-1"

// Account is the account of the emulated resources.
const Account = "123456789012"

// Tool is an emulator.
type Tool struct {
	name  string
	needs string // a file in the module that exists if the tool is installed
	argv  func(root, port string) []string
}

// DynamoDB is DynamoDB Local with storage in memory. It takes some seconds to start. It cannot be
// limited to the loopback interface, but web pages have no access, and it contains only test data.
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

// Moto is moto's server with SQS, EventBridge and KMS at one URL.
func Moto() Tool {
	return Tool{name: "moto", needs: ".cache/venv/bin/moto_server", argv: func(root, port string) []string {
		venv := filepath.Join(root, ".cache/venv/bin")
		return []string{filepath.Join(venv, "python"), filepath.Join(venv, "moto_server"), "-H", "127.0.0.1", "-p", port}
	}}
}

// Start runs a tool until ctx ends or this process exits for any reason. It returns its URL once it
// responds to requests. If the tool is not installed, the error wraps ErrNotInstalled.
func Start(ctx context.Context, tool Tool) (url string, err error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	if err := tool.installed(root); err != nil {
		return "", err
	}
	for range 3 { // another process may take the port before the tool does
		if url, err = launch(ctx, root, tool); err == nil || ctx.Err() != nil {
			break
		}
	}
	return url, err
}

// Installed returns an error that wraps ErrNotInstalled if the tool is not installed.
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

// moduleRoot returns the directory of go.mod: the working directory or one of its parents.
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
			return "", errors.New("go.mod not found: start the emulators in a directory of the module")
		}
		dir = parent
	}
}
