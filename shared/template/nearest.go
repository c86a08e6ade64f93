package template

import "strings"

// nearest returns the name of the variable that someone who wrote name most
// probably meant, or "" if none is near: of the longer of two names more than half
// must be right.
func nearest(name string) string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.Name
	}
	return nearestOf(name, names)
}

// nearestOf is nearest among other names.
func nearestOf(name string, names []string) string {
	const longest = 64 // nobody mistypes that much
	if len(name) > longest {
		return ""
	}
	best, distance := "", longest
	for _, known := range names {
		d := strangeness(name, known)
		if d < distance && 2*d < max(len(name), len(known)) {
			best, distance = known, d
		}
	}
	return best
}

// strangeness says how unlike a known name the given one is. Case, hyphens and
// underscores hardly count, nor does leaving off the end.
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
