package invocation

import (
	"bytes"
	stdlog "log"
	"log/slog"
	"strings"
	"testing"
)

func TestLinesOfTheLibrary(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		kept bool
	}{
		"a returned error":       {`{"errorMessage":"no table","errorType":"wrapError"}`, false},
		"a panic with its stack": {`{"errorMessage":"nil map","errorType":"Error","stackTrace":[{"path":"x.go","line":1,"label":"f"}]}`, true},
		"anything else":          {`failed to get the next invoke: EOF`, true},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			stdlog.New(libraryLog{slog.New(slog.NewJSONHandler(&out, nil))}, "", 0).Print(c.line)
			if kept := strings.Contains(out.String(), `"level":"ERROR"`); kept != c.kept || strings.Count(out.String(), "\n") > 1 {
				t.Errorf("logged %q", out.String())
			}
		})
	}
}
