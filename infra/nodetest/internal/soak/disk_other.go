//go:build !linux

package soak

import "errors"

func mountSmall(string) (unmount func(), err error) {
	return nil, errors.New("a small file system can be mounted on Linux only")
}
