package cost

import (
	"fmt"
	"io"
	"strings"

	"github.com/thordata/webhook-integration/infra/stack"
)

// Case is a use with its name.
type Case struct {
	Name string
	Use  Use
}

// Write writes the bills of the cases beside each other, as a table in Markdown.
func Write(w io.Writer, p stack.Prices, cases ...Case) error {
	var b strings.Builder
	fmt.Fprintf(&b, "List prices of %s, %s, in dollars per million deliveries.\n\n|", p.Region, p.Date)
	rule := "\n|---|"
	for _, c := range cases {
		fmt.Fprintf(&b, " | %s: used per delivery | $", c.Name)
		rule += "---:|---:|"
	}
	b.WriteString(" |" + rule + "\n")
	bills := make([][]Item, len(cases))
	for i, c := range cases {
		bills[i] = c.Use.Bill(p)
	}
	for row := range bills[0] {
		b.WriteString("| " + bills[0][row].Name + " |")
		for _, bill := range bills {
			fmt.Fprintf(&b, " %s %s | %.2f |", amount(bill[row].Used), bill[row].Unit, bill[row].Dollars)
		}
		b.WriteByte('\n')
	}
	b.WriteString("| **in all** |")
	for _, bill := range bills {
		fmt.Fprintf(&b, " | **%.2f** |", Total(bill))
	}
	b.WriteString("\n| Transfer out, beside it |")
	for _, c := range cases {
		item := c.Use.Transfer(p)
		fmt.Fprintf(&b, " %s %s | %.2f |", amount(item.Used), item.Unit, item.Dollars)
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// amount shows as many digits as matter.
func amount(n float64) string {
	if n >= 10 {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.3g", n)
}
