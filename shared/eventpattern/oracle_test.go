package eventpattern

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pair is a pattern and an event, as they are written.
type pair struct{ Pattern, Event string }

// askOracle returns what AWS's Event Ruler says about each pair: "true", "false", or "error: " and what is
// wrong with the pattern. It skips the test where Event Ruler is not installed, and fails it in CI.
func askOracle(t *testing.T, pairs []pair) []string {
	t.Helper()
	dir := installedOracle(t)
	var in bytes.Buffer
	for _, p := range pairs {
		line, err := json.Marshal(map[string]string{"pattern": p.Pattern, "event": p.Event})
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command("java", "-cp", dir+":"+filepath.Join(dir, "lib", "*"), "Oracle")
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(answers) != len(pairs) {
		t.Fatalf("%d answers to %d pairs", len(answers), len(pairs))
	}
	return answers
}

// installedOracle returns the folder that testdata/ruler/install has filled.
func installedOracle(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../.cache/event-ruler")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(dir, "sum"))
	if err == nil && strings.HasPrefix(string(sum), sourceSum(t)) {
		return dir
	}
	const install = "shared/eventpattern/testdata/ruler/install"
	if os.Getenv("CI") != "" {
		t.Fatal("AWS's Event Ruler is not installed, or of another version: run " + install + " first")
	}
	t.Skip("needs AWS's Event Ruler: " + install + " installs it")
	return ""
}

// sourceSum returns what install writes for the sources as they are.
func sourceSum(t *testing.T) string {
	t.Helper()
	hash := sha256.New()
	for _, name := range []string{"pom.xml", "Oracle.java"} {
		source, err := os.ReadFile(filepath.Join("testdata/ruler", name))
		if err != nil {
			t.Fatal(err)
		}
		hash.Write(source)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// answer is what this package says about a pair, in the oracle's words.
func answer(p pair) string {
	limits := DefaultLimits()
	limits.Alternatives, limits.Comparisons = 1000, 10000 // EventBridge allows 1,000 alternatives
	compiled, err := Compile([]byte(p.Pattern), []string{"a", "b", "c", "d", "e", "a.b"}, limits)
	switch {
	case err != nil:
		return "error: " + err.Error()
	case compiled.Match([]byte(p.Event)):
		return "true"
	}
	return "false"
}

func sameAnswer(a, b string) bool {
	return a == b || strings.HasPrefix(a, "error: ") && strings.HasPrefix(b, "error: ")
}

// TestEventRulerAgrees compares pairs that are written by hand, one for each operator and corner.
func TestEventRulerAgrees(t *testing.T) {
	pairs := readPairs(t, "testdata/agreed.txt")
	if len(pairs) < 300 {
		t.Errorf("only %d pairs", len(pairs))
	}
	for i, oracle := range askOracle(t, pairs) {
		if got := answer(pairs[i]); !sameAnswer(got, oracle) {
			t.Errorf("%s over %s\n  this package: %s\n  Event Ruler:  %s", pairs[i].Pattern, pairs[i].Event, got, oracle)
		}
	}
}

// readPairs reads lines of a pattern, " over " and one event or more, with " and over " between them.
func readPairs(t testing.TB, file string) (pairs []pair) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		pattern, events, ok := strings.Cut(line, " over ")
		if !ok {
			t.Fatalf("%s: no event in %q", file, line)
		}
		for event := range strings.SplitSeq(events, " and over ") {
			pairs = append(pairs, pair{pattern, event})
		}
	}
	return pairs
}
