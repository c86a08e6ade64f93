package cost

import (
	"fmt"
	"io"
	"strings"

	"github.com/thordata/webhook-integration/infra/stack"
)

// Case is a named use.
type Case struct {
	Name string
	Use  Use
}

// Write writes the bills of the cases as a Markdown table with a column for each.
func Write(w io.Writer, p stack.Prices, cases ...Case) error {
	var b strings.Builder
	fmt.Fprintf(&b, "List prices of %s, %s, in dollars per million deliveries.\n\n|", p.Region, p.Date)
	rule := "\n|---|"
	for _, c := range cases {
		fmt.Fprintf(&b, " | %s: used per delivery | $", c.Name)
		rule += "---:|---:|"
	}
	b.WriteString(" |" + rule + "\n")
	rows(&b, cases, func(u Use) []Item { return u.Bill(p) })
	b.WriteString("| **in all** |")
	for _, c := range cases {
		fmt.Fprintf(&b, " | **%.2f** |", Total(c.Use.Bill(p)))
	}
	b.WriteByte('\n')
	rows(&b, cases, func(u Use) []Item { return u.Additional(p) })
	_, err := io.WriteString(w, b.String())
	return err
}

// rows writes one row per item.
func rows(b *strings.Builder, cases []Case, of func(Use) []Item) {
	for n, item := range of(cases[0].Use) {
		b.WriteString("| " + item.Name + " |")
		for _, c := range cases {
			item := of(c.Use)[n]
			fmt.Fprintf(b, " %s %s | %.2f |", amount(item.Used), item.Unit, item.Dollars)
		}
		b.WriteByte('\n')
	}
}

// amount formats n with its significant digits.
func amount(n float64) string {
	if n >= 10 {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.3g", n)
}
