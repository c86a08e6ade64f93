package hint

import "strings"

// Nearest returns the known name that name was probably meant to be, or "" if none is close: more
// than half of the longer of the two names must match.
func Nearest(name string, known []string) string {
	const longest = 64 // longer names are not typing errors
	if len(name) > longest {
		return ""
	}
	best, distance := "", longest
	for _, k := range known {
		d := strangeness(name, k)
		if d < distance && 2*d < max(len(name), len(k)) {
			best, distance = k, d
		}
	}
	return best
}

// strangeness returns how different two names are. Case, hyphens, underscores and a missing end
// count little.
func strangeness(given, known string) int {
	a, b := fold(given), fold(known)
	switch {
	case a == b:
		return 0
	case len(a) >= 3 && strings.HasPrefix(b, a), strings.HasSuffix(b, "."+a):
		return 1
	}
	return editDistance(a, b)
}

var folder = strings.NewReplacer("_", "", "-", "")

func fold(name string) string { return folder.Replace(strings.ToLower(name)) }

// editDistance counts the bytes to insert, remove or replace to turn a into b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
