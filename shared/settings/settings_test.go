package settings

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func env(all map[string]string) *Reader { return New(func(name string) string { return all[name] }) }

func TestReadsVariables(t *testing.T) {
	r := env(map[string]string{"A": "a", "T": "t", "B": "true", "N": "7", "D": "1m30s", "U": "https://sqs/1/q"})
	if u := r.URL("U"); u != "https://sqs/1/q" {
		t.Errorf("read %q", u)
	}
	if a, txt, b, n, d := r.Required("A"), r.Text("T", "x"), r.Bool("B", false), r.Int("N", 1, 1, 7), r.Duration("D", 1, 0, time.Hour); a != "a" || txt != "t" || !b || n != 7 || d != 90*time.Second {
		t.Errorf("read %q, %q, %v, %d, %v", a, txt, b, n, d)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func TestDefaults(t *testing.T) {
	r := env(nil)
	if txt, b, n, d := r.Text("T", "x"), r.Bool("B", true), r.Int("N", 5, 1, 7), r.Duration("D", 9, 0, 10); txt != "x" || !b || n != 5 || d != 9 {
		t.Errorf("read %q, %v, %d, %v", txt, b, n, d)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func TestErrListsEveryErrorInOneLine(t *testing.T) {
	r := env(map[string]string{"B": "yes", "N": "8", "M": "many", "D": "30", "E": "2h", "U": "queue"})
	r.Required("A")
	r.URL("U")
	r.URL("V")
	r.Bool("B", false)
	r.Int("N", 1, 1, 7)
	r.Int("M", 1, 1, 7)
	r.Duration("D", time.Minute, 0, time.Hour)
	r.Duration("E", time.Minute, 0, time.Hour)
	Parse(r, "B", func(s string) (int, error) { return 0, fmt.Errorf("cannot be %s", s) })
	r.Add(nil)
	r.Add(errors.Join(errors.New("one more"), errors.New("and another")))
	want := `A is required; U must be a URL, not "queue"; V is required; B must be true or false, not "yes"; N must be a whole number from 1 to 7, not "8"; ` +
		`M must be a whole number from 1 to 7, not "many"; D must be a duration from 0s to 1h0m0s, such as 1m0s, not "30"; ` +
		`E must be a duration from 0s to 1h0m0s, such as 1m0s, not "2h"; B: cannot be yes; one more; and another`
	if err := r.Err(); err == nil || err.Error() != want {
		t.Errorf("Err() = %v\nwant    %s", err, want)
	}
}

func TestBoundsAreInclusive(t *testing.T) {
	for _, c := range []struct {
		n, d string
		ok   bool
	}{{"1", "1s", true}, {"7", "1m", true}, {"0", "1s", false}, {"8", "1s", false}, {"1", "999ms", false}, {"1", "61s", false}, {"1x", "1s", false}} {
		r := env(map[string]string{"N": c.n, "D": c.d})
		r.Int("N", 5, 1, 7)
		r.Duration("D", 9*time.Second, time.Second, time.Minute)
		if err := r.Err(); (err == nil) != c.ok {
			t.Errorf("%s and %s: %v, want ok %v", c.n, c.d, err, c.ok)
		}
	}
}

func TestURLsAreAbsoluteHTTP(t *testing.T) {
	for raw, ok := range map[string]bool{
		"https://sqs/1/q": true, "http://127.0.0.1:1/q": true, "ftp://sqs/q": false, "/q": false, "https:///q": false, "https://%zz/": false, "sqs": false,
	} {
		r := env(map[string]string{"U": raw})
		r.URL("U")
		if err := r.Err(); (err == nil) != ok {
			t.Errorf("%s: %v, want ok %v", raw, err, ok)
		}
	}
}
