// Command artifacts checks the output of `sam build`: in each of the given function directories,
// the file bootstrap must be a static, stripped binary for linux/arm64 that is small enough for
// Lambda to load quickly. It prints a line with the SHA-256 of each binary.
//
//	go run ./infra/tools/artifacts .aws-sam/build/*Function
package main

import (
	"archive/zip"
	"crypto/sha256"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxZipped is the limit for the size of a zipped binary, which Lambda downloads before a cold
// start.
const maxZipped = 8 << 20

func main() {
	folders := os.Args[1:]
	if len(folders) == 0 {
		fmt.Fprintln(os.Stderr, "usage: artifacts <directory of a built function>...")
		os.Exit(2)
	}
	bad := false
	for _, folder := range folders {
		line, err := judge(filepath.Join(folder, "bootstrap"))
		if err != nil {
			bad = true
			fmt.Fprintf(os.Stderr, "%s: %v\n", folder, err)
			continue
		}
		fmt.Printf("%-20s %s\n", filepath.Base(folder), line)
	}
	if bad {
		os.Exit(1)
	}
}

// judge describes the binary at path, or returns everything that is wrong with it.
func judge(path string) (string, error) {
	f, err := elf.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	zipped, err := zippedSize(content)
	if err != nil {
		return "", err
	}
	var faults []error
	if zipped >= maxZipped {
		faults = append(faults, fmt.Errorf("%d bytes zipped, want less than %d", zipped, maxZipped))
	}
	if err := errors.Join(append(faults, format(f)...)...); err != nil {
		return "", err
	}
	return fmt.Sprintf("%5.1f MB, zipped %4.1f MB  sha256 %x",
		float64(len(content))/1e6, float64(zipped)/1e6, sha256.Sum256(content)), nil
}

func format(f *elf.File) []error {
	var faults []error
	if f.Machine != elf.EM_AARCH64 {
		faults = append(faults, fmt.Errorf("built for %v, want arm64", f.Machine))
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			faults = append(faults, errors.New("linked dynamically: build with CGO_ENABLED=0, as infra/tools/build does"))
		}
	}
	if f.Section(".symtab") != nil || f.Section(".debug_info") != nil || f.Section(".zdebug_info") != nil {
		faults = append(faults, errors.New("not stripped: build with -ldflags=-s, as infra/tools/build does"))
	}
	return faults
}

// zippedSize returns the size of the file in the package that SAM uploads.
func zippedSize(content []byte) (int64, error) {
	var size counter
	z := zip.NewWriter(&size)
	w, err := z.Create("bootstrap")
	if err != nil {
		return 0, err
	}
	if _, err := w.Write(content); err != nil {
		return 0, err
	}
	err = z.Close() // writes the directory, which is part of the size
	return int64(size), err
}

// counter counts the bytes written to it.
type counter int64

var _ io.Writer = (*counter)(nil)

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
