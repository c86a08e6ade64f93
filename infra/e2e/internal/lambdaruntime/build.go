package lambdaruntime

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// flags are the build flags of the deployed functions in infra/tools/build.
const flags = "-trimpath -buildvcs=false -ldflags=-s"

// Build builds a function as deployed, but for this machine, into dir, and returns the path of the
// binary. The working directory must be in the module.
func Build(ctx context.Context, dir, name, mainPackage string) (string, error) {
	bin := filepath.Join(dir, name)
	cmd := exec.CommandContext(ctx, "go", "build", "-o", bin, mainPackage)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="+flags)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return bin, nil
}
