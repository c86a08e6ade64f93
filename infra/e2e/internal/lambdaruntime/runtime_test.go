package lambdaruntime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// The test binary is also the bootstrap, so the driver is tested with aws-lambda-go's own loop.
func TestMain(m *testing.M) {
	switch os.Getenv("AS_FUNCTION") {
	case "":
		os.Exit(m.Run())
	case "refuse":
		fmt.Fprintln(os.Stderr, "TABLE_NAME is required")
		os.Exit(1)
	default:
		lambda.Start(handle)
	}
}

type wish struct {
	Fail, Crash, Sleep, Deadline bool
	Say                          string
}

func handle(ctx context.Context, w wish) (string, error) {
	switch {
	case w.Fail:
		return "", errors.New("as you wish")
	case w.Crash:
		os.Exit(3)
	case w.Sleep:
		<-context.Background().Done()
	case w.Deadline:
		end, _ := ctx.Deadline()
		return end.Format(time.RFC3339), nil
	}
	fmt.Println(w.Say)
	lc, _ := lambdacontext.FromContext(ctx)
	return lambdacontext.FunctionName + " " + w.Say + " " + lc.InvokedFunctionArn, nil
}

func pool(t *testing.T, role string) *Pool {
	t.Helper()
	p := NewPool(Function{
		Bootstrap: os.Args[0], Name: "echo", Timeout: 2 * time.Second, Environ: []string{"AS_FUNCTION=" + role},
	})
	t.Cleanup(p.Stop)
	return p
}

func invoke(t *testing.T, p *Pool, w wish) (string, error) {
	t.Helper()
	event, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := p.Invoke(t.Context(), event)
	return string(answer), err
}

func TestAnswers(t *testing.T) {
	p := pool(t, "echo")
	for _, say := range []string{"one", "two"} {
		got, err := invoke(t, p, wish{Say: say})
		want := `"echo ` + say + ` arn:aws:lambda:us-east-1:123456789012:function:echo"`
		if err != nil || got != want {
			t.Errorf("answer = %s, %v; want %s", got, err, want)
		}
	}
	if n := p.Started(); n != 1 {
		t.Errorf("%d environments were started for sequential invocations", n)
	}
	p.Stop() // flushes the log
	if got := p.Logs.Lines(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("logged %q", got)
	}
}

func TestDeadlineIsTheTimeout(t *testing.T) {
	before := time.Now()
	got, err := invoke(t, pool(t, "echo"), wish{Deadline: true})
	if err != nil {
		t.Fatal(err)
	}
	end, err := time.Parse(time.RFC3339, strings.Trim(got, `"`))
	if left := end.Sub(before); err != nil || left < time.Second || left > time.Minute {
		t.Errorf("deadline %s is %v away, want 2 s", got, left)
	}
}

func TestErrorOfTheFunctionKeepsTheEnvironment(t *testing.T) {
	p := pool(t, "echo")
	_, err := invoke(t, p, wish{Fail: true})
	if e, ok := errors.AsType[*FunctionError](err); !ok || e.Message != "as you wish" {
		t.Errorf("error = %v", err)
	}
	if _, err := invoke(t, p, wish{Say: "still there"}); err != nil || p.Started() != 1 {
		t.Errorf("next invocation: %v, in environment %d", err, p.Started())
	}
}

func TestEnvironmentIsReplacedAfter(t *testing.T) {
	for name, c := range map[string]struct {
		wish wish
		want error
	}{
		"a crash":   {wish{Crash: true}, ErrCrashed},
		"a timeout": {wish{Sleep: true}, ErrTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			p := pool(t, "echo")
			if _, err := invoke(t, p, c.wish); !errors.Is(err, c.want) {
				t.Errorf("error = %v, want %v", err, c.want)
			}
			if _, err := invoke(t, p, wish{Say: "again"}); err != nil || p.Started() != 2 {
				t.Errorf("next invocation: %v, in environment %d", err, p.Started())
			}
		})
	}
}

func TestInitErrorHasTheFunctionsOutput(t *testing.T) {
	_, err := invoke(t, pool(t, "refuse"), wish{})
	if !errors.Is(err, ErrInit) || !strings.Contains(err.Error(), "TABLE_NAME is required") {
		t.Errorf("error = %v", err)
	}
}

func TestConcurrentInvocationsUseDifferentEnvironments(t *testing.T) {
	p := pool(t, "echo")
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			if got, err := p.Invoke(t.Context(), fmt.Appendf(nil, `{"Say":"%d"}`, i)); err != nil || !strings.HasPrefix(string(got), fmt.Sprintf(`"echo %d `, i)) {
				t.Errorf("answer to %d = %s, %v", i, got, err)
			}
		})
	}
	all.Wait()
}

func TestCPUTimeOfRunningAndExitedProcesses(t *testing.T) {
	e, err := Start(Function{Bootstrap: os.Args[0], Name: "echo", Environ: []string{"AS_FUNCTION=echo"}}, &Logs{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	running := e.CPU()
	e.Stop()
	if ran := e.CPU(); ran <= 0 || ran > time.Minute {
		t.Errorf("CPU time = %v", ran)
	}
	if runtime.GOOS == "linux" && (running <= 0 || running > time.Minute) {
		t.Errorf("CPU time of a running process = %v", running)
	}
}
