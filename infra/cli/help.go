package cli

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// help prints the description, the usage and the flags.
func (c *Command) help(out io.Writer) {
	fmt.Fprintf(out, "%s\n\nUsage: go run ./infra/%s [flags]\n\n", strings.TrimSpace(c.about), c.Name())
	c.VisitAll(func(f *flag.Flag) {
		kind, usage := flag.UnquoteUsage(f)
		if v, ours := f.Value.(*value); ours && kind == "value" {
			kind = v.kind
		}
		if f.DefValue != "" && f.DefValue != "false" {
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		fmt.Fprintf(out, "  %s\n        %s\n", strings.TrimSpace("-"+f.Name+" "+kind), strings.ReplaceAll(usage, "\n", "\n        "))
	})
}
