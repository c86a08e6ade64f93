package delivery

import "unicode/utf8"

// trimCut removes a character that was cut off at the end of s, if there is one. What is
// invalid otherwise stays.
func trimCut(s string) string {
	for back := 1; back < utf8.UTFMax && back <= len(s); back++ {
		at := len(s) - back
		if !utf8.RuneStart(s[at]) {
			continue
		}
		if !utf8.FullRuneInString(s[at:]) {
			return s[:at]
		}
		break
	}
	return s
}
