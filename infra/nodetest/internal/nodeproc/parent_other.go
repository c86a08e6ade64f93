//go:build !linux

package nodeproc

import "os/exec"

func dieWithParent(*exec.Cmd) {}
