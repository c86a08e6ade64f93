package soak

import (
	"fmt"
	"syscall"
)

// mountSmall mounts a file system in memory on dir, small enough to be filled. It requires root.
func mountSmall(dir string) (unmount func(), err error) {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256m,mode=700"); err != nil {
		return nil, fmt.Errorf("mount a small file system on %s: %w", dir, err)
	}
	return func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }, nil
}
