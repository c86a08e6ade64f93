package e2e

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thordata/webhook-integration/infra/e2e/internal/awsproxy"
	"github.com/thordata/webhook-integration/infra/stack"
	"github.com/thordata/webhook-integration/shared/webhook"
)

// The roles allow exactly what the functions do. The test makes each function use all its features
// and compares the calls with its policies.
func TestRolesAllowExactlyTheCallsMade(t *testing.T) {
	w := newHarness(t, settings{withKey: true, parameters: map[string]string{"MaxAttempts": "3"}})
	w.doEverything()
	calls := w.proxy.Calls()
	for name, f := range w.Functions {
		t.Run(name, func(t *testing.T) {
			noWildcards(t, f)
			// AWS itself uses the role for polling and for reporting failures of asynchronous
			// invocations. Writing logs, and using keys for queues and the table, is not visible to
			// the proxy.
			byAWS := permissions(f.Statements, func(s stack.Statement) bool {
				return s.ByAWS() && !strings.HasPrefix(s.Action[0], "logs:") && !strings.HasPrefix(s.Action[0], "kms:")
			})
			byCode := permissions(f.Statements, func(s stack.Statement) bool { return !s.ByAWS() })
			if diff := cmp.Diff(byCode, used(calls, name)); diff != "" {
				t.Errorf("allowed (-) and called by the code (+):\n%s", diff)
			}
			if diff := cmp.Diff(byAWS, used(calls, name+"-mapping", name+"-failures")); diff != "" {
				t.Errorf("allowed (-) and called by AWS with the role (+):\n%s", diff)
			}
			conditionsHold(t, f, calls)
		})
	}
}

// noWildcards checks that actions and resources are listed one by one.
func noWildcards(t *testing.T, f stack.Function) {
	t.Helper()
	for _, s := range f.Statements {
		for _, action := range s.Action {
			if strings.Contains(action, "*") {
				t.Errorf("%s allows %s", s.Sid, action)
			}
		}
		for _, resource := range s.Resource {
			// The ARN of a log group ends with :* for its streams.
			if strings.Contains(strings.TrimSuffix(resource, ":*"), "*") {
				t.Errorf("%s allows it on %s", s.Sid, resource)
			}
		}
	}
}

// permissions returns "action on resource" strings, sorted.
func permissions(statements []stack.Statement, which func(stack.Statement) bool) []string {
	all := map[string]bool{}
	for _, s := range statements {
		if s.Effect != "Allow" || !which(s) {
			continue
		}
		for _, action := range s.Action {
			for _, resource := range s.Resource {
				all[action+" on "+resource] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// used returns the permissions that the callers' calls needed, sorted.
func used(calls []awsproxy.Call, callers ...string) []string {
	all := map[string]bool{}
	for _, c := range calls {
		if !slices.Contains(callers, c.Caller) {
			continue
		}
		for _, a := range c.Access {
			all[a.Action+" on "+a.Resource] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// conditionsHold checks that each call meets the conditions of its permission, and that each value
// of a condition was needed.
func conditionsHold(t *testing.T, f stack.Function, calls []awsproxy.Call) {
	t.Helper()
	for _, s := range f.Statements {
		if s.ByAWS() {
			continue
		}
		for key, allowed := range s.Condition["StringEquals"] {
			values := map[string]bool{}
			for _, c := range calls {
				for _, a := range c.Access {
					if slices.Contains(s.Action, a.Action) {
						values[a.Context[key]] = true
					}
				}
			}
			if diff := cmp.Diff(listed(allowed), slices.Sorted(maps.Keys(values))); diff != "" {
				t.Errorf("%s of %s: allowed (-) and given (+):\n%s", key, s.Sid, diff)
			}
		}
	}
}

// listed returns the value, or list of values, of a condition, sorted.
func listed(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		all = []string{v}
	case []any:
		for _, one := range v {
			all = append(all, one.(string))
		}
	}
	slices.Sort(all)
	return all
}

// doEverything makes each function use all its features.
func (w *harness) doEverything() {
	w.manage()
	w.heal()
	w.giveUp()
	w.hold()
	w.recover("/recovers")
	w.open("/opens")
	w.put(busEvent("malformed", nil)) // kept by the function
	w.put(busEvent("foreign", nil))   // three failures, and a report of them
}

// manage uses every operation of the API that accesses the table or the queue.
func (w *harness) manage() {
	id := w.create("/managed")
	w.must(http.StatusOK, "list")
	w.must(http.StatusOK, "replace", to(id, ""), without("if-match"), saying(map[string]any{"requestUrl": w.receiver.URL("/managed")}))
	dispatch := w.must(http.StatusAccepted, "test", to(id, ""))["dispatchId"].(string)
	w.deliver("the test is delivered", func() bool { return w.status(id, dispatch) == "SUCCEEDED" })
	w.must(http.StatusAccepted, "redeliver", to(id, dispatch))
	w.deliver("it is delivered again", func() bool { return len(w.receiver.got("/managed")) == 2 })
	w.must(http.StatusOK, "dispatches", to(id, ""))
	w.must(http.StatusOK, "recover", to(id, ""))
	w.functions["api"].Stop() // a new environment has not cached the data key yet
	w.must(http.StatusOK, "secret", to(id, ""))
	w.must(http.StatusOK, "rotate-secret", to(id, ""))
	w.must(http.StatusOK, "patch", to(id, ""))
	w.must(http.StatusOK, "patch", to(id, ""), saying(map[string]any{"status": "active"})) // resets its health
	w.must(http.StatusNoContent, "delete", to(id, ""))
}

// heal fails from both queues, with a notice, and then succeeds.
func (w *harness) heal() {
	id := w.create("/heals")
	w.receiver.at("/heals", failing(http.StatusBadGateway, 3))
	ev := busEvent("succeeded", nil)
	w.put(ev)
	w.deliver("it succeeds", func() bool { return w.status(id, dispatchOf(w.t, ev, id)) == "SUCCEEDED" })
	w.must(http.StatusNoContent, "delete", to(id, ""))
}

// giveUp makes one integration fail until it is paused, with a notice, and another respond with
// 410. Then it activates both.
func (w *harness) giveUp() {
	id := w.create("/dead")
	w.receiver.at("/dead", failing(http.StatusBadGateway, 99))
	in, err := w.store.Integration(w.t.Context(), sampleUser, id)
	if err != nil {
		w.t.Fatal(err)
	}
	since := webhook.Health{FailingSince: time.Now().Add(-6 * 24 * time.Hour), Notified: webhook.NoticeFailing}
	if err := w.store.SaveHealth(w.t.Context(), sampleUser, id, in.Health, since); err != nil {
		w.t.Fatal(err)
	}
	w.put(busEvent("succeeded", nil))
	w.deliver("it is paused", func() bool { return w.must(http.StatusOK, "get", to(id, ""))["status"] == "paused" })
	w.receiver.at("/dead", failing(http.StatusGone, 99))
	w.must(http.StatusOK, "patch", to(id, ""), saying(map[string]any{"status": "active"}))
	for range 5 { // concurrent attempts, of which one disables the integration
		w.put(busEvent("succeeded", nil))
	}
	w.deliver("it is disabled", w.ticking(func() bool { return w.must(http.StatusOK, "get", to(id, ""))["status"] == "disabled" }))
	w.must(http.StatusNoContent, "delete", to(id, ""))
}

// hold sends events to a paused integration.
func (w *harness) hold() {
	id := w.create("/held")
	w.must(http.StatusOK, "patch", to(id, ""))
	ev := busEvent("failed", nil)
	w.put(ev)
	w.deliver("it is held", func() bool { return w.status(id, dispatchOf(w.t, ev, id)) == "HELD" })
}
