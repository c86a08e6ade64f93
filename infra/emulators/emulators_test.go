package emulators

import (
	"context"
	"net/http"
	"testing"
	"time"
)

func TestToolsAnswerUntilTheContextEnds(t *testing.T) {
	for _, tool := range []Tool{DynamoDB(), Moto()} {
		t.Run(tool.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			url := demand(t, func() (string, error) { return Start(ctx, tool) })
			resp, err := http.Get(url)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			cancel()
			for deadline := time.Now().Add(10 * time.Second); ; {
				resp, err := http.Get(url)
				if err != nil {
					return
				}
				resp.Body.Close()
				if time.Now().After(deadline) {
					t.Fatal("it still answers")
				}
			}
		})
	}
}

func TestWhatFailsToStartSaysWhy(t *testing.T) {
	broken := Tool{name: "broken", needs: "go.mod", argv: func(_, _ string) []string { return []string{"sh", "-c", "echo no luck; exit 3"} }}
	_, err := Start(t.Context(), broken)
	if want := "broken ended at once; it said: no luck\n"; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %q", err, want)
	}
}
