package hint

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"prefix", "suffix", "equals-ignore-case", "resource", "eventType"}
	for given, want := range map[string]string{
		"prefx": "prefix", "Prefix": "prefix", "equalsIgnoreCase": "equals-ignore-case", "event_type": "eventType",
		"res": "resource", "resorce": "resource", "zzz": "", "": "",
	} {
		if got := Nearest(given, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestPositionCountsCharacters(t *testing.T) {
	const src = "{\n  \"é\": x\n}"
	for offset, want := range map[int][2]int{0: {1, 1}, 2: {2, 1}, 5: {2, 4}, 7: {2, 5}, len(src): {3, 2}} {
		if line, column := Position(src, offset); [2]int{line, column} != want {
			t.Errorf("Position(%d) = %d, %d; want %v", offset, line, column, want)
		}
	}
}
