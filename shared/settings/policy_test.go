package settings

import (
	"strings"
	"testing"
)

func TestPolicyThatOutlivesItsQueueOrItsRecordsIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want string // in the error; "" if there is none
	}{
		{"defaults", nil, ""},
		{"fourteen attempts", map[string]string{"MAX_ATTEMPTS": "14"}, ""},
		{"fifteen attempts", map[string]string{"MAX_ATTEMPTS": "15"}, "15 attempts with waits of up to 12 hours may take 7 days, but a queue keeps a message for 7 days"},
		{"many attempts with short waits", map[string]string{"MAX_ATTEMPTS": "36", "MAX_WAIT": "4h"}, ""},
		{"many attempts with long waits", map[string]string{"MAX_ATTEMPTS": "18"}, "MAX_ATTEMPTS or MAX_WAIT must be less: 18 attempts"},
		{"a pause after the records have expired", map[string]string{"PAUSE_AFTER": "240h", "RETENTION_DAYS": "10"}, "RETENTION_DAYS must be longer than PAUSE_AFTER"},
		{"a pause right before", map[string]string{"PAUSE_AFTER": "239h", "RETENTION_DAYS": "10"}, ""},
	} {
		r := New(func(name string) string { return c.env[name] })
		r.Policy()
		err := r.Err()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v; want %q", c.name, err, c.want)
		}
	}
}
