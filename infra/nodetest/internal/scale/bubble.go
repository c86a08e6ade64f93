package scale

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"testing/synctest"
)

// AsModel is the argument with which the command starts itself to run one scenario.
const AsModel = "be-the-model"

// BeModel runs a scenario, given by its scale and number, and writes its Result as JSON.
//
// Time is that of testing/synctest: it passes when all wait. That package needs a test, and so this
// process becomes one, which ends with the process.
func BeModel(_ context.Context, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("%s: want SCALE NUMBER", AsModel)
	}
	scale, err := strconv.ParseFloat(args[0], 64)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(1) // so that equal runs are more alike, and one runs next to it
	debug.SetGCPercent(400)
	out := os.Stdout
	os.Args = os.Args[:1]
	os.Stdout = os.Stderr // where the test says that it passed
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: "model", F: func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := newModel(scenarios(scale)[n])
			m.run()
			if err := json.NewEncoder(out).Encode(m.result()); err != nil {
				t.Error(err)
			}
		})
	}}}, nil, nil)
	return nil
}
