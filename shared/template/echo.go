package template

import (
	"cmp"
	"slices"
	"strings"
)

const (
	// leastEcho is the shortest value that MaskEcho looks for: shorter ones occur by chance.
	leastEcho = 4

	// leastCut is the shortest beginning of a value that it takes for the value, cut off.
	leastCut = 8
)

// MaskEcho returns a text in which a receiver may repeat what it was sent, with the event's secret values
// replaced by [Mask]: exact occurrences of 4 bytes or more, plain or as JSON or a URL spells them, and at
// the end of the text the first 8 bytes or more of a value, because long answers are cut.
func (s Secrets) MaskEcho(text string, event []byte) string {
	if text == "" {
		return text
	}
	for _, secret := range s.echoes(event) {
		text = strings.ReplaceAll(text, secret, Mask)
		for n := min(len(secret)-1, len(text)); n >= leastCut; n-- {
			if strings.HasSuffix(text, secret[:n]) {
				text = text[:len(text)-n] + Mask
				break
			}
		}
	}
	return text
}

// echoes returns what MaskEcho looks for, the longest first: one secret can be part of another.
func (s Secrets) echoes(event []byte) []string {
	var all []string
	for _, value := range s.Values(event) {
		encoded := writer{dst: []byte(value), limit: 3 * len(value)}
		encoded.percentEncode(0)
		all = append(all, value, string(appendEscaped(nil, []byte(value))), string(encoded.dst))
	}
	all = slices.DeleteFunc(all, func(v string) bool { return len(v) < leastEcho })
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return slices.Compact(all)
}
