package access

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// environment limits the SDK's configuration to these variables.
func environment(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	nowhere := filepath.Join(t.TempDir(), "none")
	t.Setenv("AWS_CONFIG_FILE", nowhere)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", nowhere)
	for name, text := range variables {
		t.Setenv(name, text)
	}
}

func TestMissingConfiguration(t *testing.T) {
	for name, c := range map[string]struct {
		variables map[string]string
		want      string
	}{
		"nothing is set": {nil, "no AWS credentials: set AWS_PROFILE, or run aws sso login"},
		"no region":      {map[string]string{"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}, "no AWS region: set AWS_REGION to the stack's region"},
		"no such profile": {map[string]string{"AWS_PROFILE": "nobody"},
			"load the AWS configuration: failed to get shared config profile, nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			environment(t, c.variables)
			if _, err := Load(t.Context(), os.Getenv); err == nil || err.Error() != c.want {
				t.Errorf("error %v; want %s", err, c.want)
			}
		})
	}
}

func TestCredentialsOfTheEnvironment(t *testing.T) {
	environment(t, map[string]string{"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_REGION": "eu-west-1"})
	if cfg, err := Load(t.Context(), os.Getenv); err != nil || cfg.Region != "eu-west-1" {
		t.Errorf("region %q, %v", cfg.Region, err)
	}
}
