package delivery_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/thordata/webhook-integration/shared/receivertest"
	"github.com/thordata/webhook-integration/shared/webhook"
)

func TestDNSFaults(t *testing.T) {
	private := []netip.Addr{netip.MustParseAddr("10.1.2.3")}
	for name, c := range map[string]struct {
		answer func(string, int) receivertest.Answer
		want   effect
	}{
		"no such name":    {func(string, int) receivertest.Answer { return receivertest.Answer{Unheld: true} }, effect{webhook.CodeDNS, 0, soon, schedule}},
		"no address":      {func(string, int) receivertest.Answer { return receivertest.Answer{} }, effect{webhook.CodeDNS, 0, soon, schedule}},
		"server fails":    {func(string, int) receivertest.Answer { return receivertest.Answer{Fails: true} }, effect{webhook.CodeDNS, 0, connectTimeout, schedule}},
		"server silent":   {func(string, int) receivertest.Answer { return receivertest.Answer{Silent: true} }, effect{webhook.CodeDNS, 0, connectTimeout, schedule}},
		"private address": {func(string, int) receivertest.Answer { return receivertest.Answer{Addrs: private} }, effect{webhook.CodeBlocked, 0, soon, ends}},
	} {
		for _, host := range []string{"receiver.test", "foo-.tumblr.test"} { // Go's resolver rejects the second
			t.Run(name+" at "+host, func(t *testing.T) {
				t.Parallel()
				w := onNetwork(t, receivertest.Names(c.answer), nil)
				m := w.send(w.integration(func(in *webhook.Integration) { in.RequestURL = "https://" + host + "/" }))
				began := time.Now()
				w.step()
				w.check(m, c.want, time.Since(began))
			})
		}
	}
}

// Hosts with a label that begins or ends with a hyphen, which Go's own resolver rejects, are looked
// up, and the addresses are checked like any other.
func TestHostLabelMayBeginOrEndWithHyphen(t *testing.T) {
	r := start(t, receivertest.Answers()[0])
	for _, host := range []string{"foo-.tumblr.test", "-foo.tumblr.test", "a.-b-.test"} {
		for addr, want := range map[string]webhook.ErrorCode{"127.0.0.1": "", "10.1.2.3": webhook.CodeBlocked} {
			w := onNetwork(t, receivertest.Addr(addr), nil)
			in := w.integration(func(in *webhook.Integration) {
				in.RequestURL = strings.Replace(r.URL, "127.0.0.1", host, 1)
			})
			m := w.send(in)
			w.step()
			if a := w.dispatch(m).Attempts[0]; a.Code != want {
				t.Errorf("%s at %s: %q (%s), want %q", host, addr, a.Code, a.Message, want)
			}
		}
	}
}

// A name resolves first to an allowed address, then to a private one.
func TestDNSRebindingIsBlocked(t *testing.T) {
	r := start(t, receivertest.Answers()[0])
	names := receivertest.Names(func(_ string, n int) receivertest.Answer {
		if n == 1 {
			return receivertest.Answer{Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}
		}
		return receivertest.Answer{Addrs: []netip.Addr{netip.MustParseAddr("169.254.169.254")}}
	})
	w := onNetwork(t, names, nil)
	in := w.integration(func(in *webhook.Integration) {
		in.RequestURL = strings.Replace(r.URL, "127.0.0.1", receivertest.Host, 1)
		in.HeadersTemplate = `{"X-Close": "1"}`
	})
	first := w.send(in)
	w.step()
	r.Close() // so that the second request dials
	second := w.send(in)
	w.step()
	if d := w.dispatch(first); d.Status != webhook.DispatchSucceeded {
		t.Errorf("first is %s: %+v", d.Status, d.Attempts)
	}
	if d := w.dispatch(second); d.Status != webhook.DispatchFailed || d.Attempts[0].Code != webhook.CodeBlocked {
		t.Errorf("second is %s: %+v", d.Status, d.Attempts)
	}
}
