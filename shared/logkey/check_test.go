package logkey_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/shared/logkey"
)

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct{ lines, want string }{
		"nothing":            {"", ""},
		"known keys":         {`{"time":"x","level":"INFO","msg":"attempt","userId":"1","durationMs":3}`, ""},
		"unknown key":        {"{\"msg\":\"a\"}\n{\"msg\":\"b\",\"user\":\"1\"}\n", `log key "user"`},
		"broken JSON":        {"{\"msg\":\n", "cannot be parsed"},
		"other output":       {"listening on http://127.0.0.1:8080 user=1\n", ""},
		"text, known keys":   {`time=x level=INFO msg="a b=c \" d=e" userId=1 reason=`, ""},
		"text, unknown key":  {`time=x level=INFO msg="a b=c" user=1`, `log key "user"`},
		"text, no value":     {`time=x level`, "cannot be parsed"},
		"text, broken quote": {`time=x msg="a`, "cannot be parsed"},
	} {
		err := logkey.Check(c.lines)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Check = %v, want %q", name, err, c.want)
		}
	}
}

func TestCheckReadsBothHandlers(t *testing.T) {
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		var out bytes.Buffer
		log := slog.New(handler(&out))
		log.Error("build request failed", logkey.Error, errors.New(`a "quoted"=value`), logkey.Reason, "")
		if err := logkey.Check(out.String()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		log.Error("build request failed", "what failed", 1)
		if err := logkey.Check(out.String()); err == nil || !strings.Contains(err.Error(), `"what failed"`) {
			t.Errorf("%s: %v, want an error about the unknown key", name, err)
		}
	}
}
