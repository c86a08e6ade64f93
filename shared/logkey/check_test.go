package logkey_test

import (
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/logkey"
)

func TestCheck(t *testing.T) {
	for lines, want := range map[string]string{
		"": "",
		"{\"time\":\"x\",\"level\":\"INFO\",\"msg\":\"attempt\",\"userId\":\"1\",\"durationMs\":3}\n": "",
		"{\"msg\":\"a\"}\n{\"msg\":\"b\",\"user\":\"1\"}\n":                                           `log key "user"`,
		"{\"msg\":\n": "not JSON",
	} {
		err := logkey.Check(lines)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("Check(%q) = %v, want %q", lines, err, want)
		}
	}
}
