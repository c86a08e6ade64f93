package node_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/thordata/webhook-integration/infra/webhooks/node"
	"github.com/thordata/webhook-integration/shared/logkey/logtest"
)

func TestNodeNeedsTheKeyOfItsDatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	url, end := serve(t, file)
	post(t, url+"/v1/integrations", "", fmt.Sprintf(`{"name":"a","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":%q}`, url+"/inbox/a"), http.StatusCreated)
	end()
	right, err := os.ReadFile(file + ".key")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, key, want string }{
		{"missing", "", "is missing: restore"},
		{"mismatched", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "does not match"},
		{"damaged", "AAAA", "32 bytes"},
	} {
		_ = os.Remove(file + ".key")
		if c.key != "" {
			writeKey(t, file, c.key)
		}
		n, err := node.Open(t.Context(), node.Options{Data: file}, logtest.New(t))
		if err == nil {
			n.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v; want one line with %q", c.name, err, c.want)
		}
		if left, _ := os.ReadFile(file + ".key"); string(left) != c.key {
			t.Errorf("%s: the key file was created or changed", c.name)
		}
	}
	writeKey(t, file, string(right))
	_, end = serve(t, file)
	end()
}

func writeKey(t *testing.T, file, key string) {
	t.Helper()
	if err := os.WriteFile(file+".key", []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
}
