package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The flags in the unit and the compose file are ones that the node accepts.
func TestDocumentedServicesStart(t *testing.T) {
	unit, err := os.ReadFile("../docs/webhooks.service")
	if err != nil {
		t.Fatal(err)
	}
	_, command, _ := strings.Cut(string(unit), "\nExecStart=/usr/local/bin/webhooks ")
	command, _, _ = strings.Cut(command, "\n")

	file, err := os.ReadFile("../docs/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var compose struct {
		Services map[string]struct {
			Command []string
			Volumes []string
		}
		Configs map[string]struct{ Content string }
	}
	if err := yaml.Unmarshal(file, &compose); err != nil {
		t.Fatal(err)
	}
	for name, config := range compose.Configs {
		if err := yaml.Unmarshal([]byte(config.Content), new(any)); err != nil {
			t.Errorf("config %s: %v", name, err)
		}
	}
	for name, args := range map[string][]string{"unit": strings.Fields(command), "compose": compose.Services["webhooks"].Command} {
		if len(args) < 2 || args[0] != serveWord {
			t.Fatalf("%s: command %q", name, args)
		}
		o, err := parse(serveWord, args[1:], io.Discard)
		if err != nil || o.auth != "keys" || o.logFormat != "json" {
			t.Errorf("%s: %v, %+v", name, err, o)
		}
	}
}
