package node_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
)

// The same event, three times in a call and in calls at the same time, is delivered once.
func TestRepeatsOfAnEventAtTheSameTimeAreDeliveredOnce(t *testing.T) {
	arrived, answer := make(chan string, 100), make(chan struct{})
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- r.Header.Get("Webhook-Dispatch-Id")
		select {
		case <-answer:
		case <-r.Context().Done():
		}
	}))
	defer receiver.Close()
	url, end := serve(t, filepath.Join(t.TempDir(), "a.db"))
	post(t, url+"/v1/integrations", "", fmt.Sprintf(`{"name":"a","eventTypes":["ACTOR.RUN.FAILED"],"requestUrl":%q}`, receiver.URL), http.StatusCreated)
	entry := func(id string) string {
		return `{"Source":"thordata.scraper","DetailType":"Web Scraper Task Status Change","Detail":"{\"eventId\":\"` + id + `\",\"createdAt\":\"2026-01-02T03:04:05Z\",\"userId\":3406,\"eventType\":\"ACTOR.RUN.FAILED\"}"}`
	}
	var calls sync.WaitGroup
	for range 5 {
		calls.Go(func() {
			post(t, url+"/", "AWSEvents.PutEvents", `{"Entries":[`+entry("one")+`,`+entry("one")+`,`+entry("two")+`,`+entry("one")+`]}`, http.StatusOK)
		})
	}
	calls.Wait()
	first, second := <-arrived, <-arrived
	if first == second {
		t.Error("one event was delivered twice, the other not")
	}
	close(answer)
	post(t, url+"/", "AWSEvents.PutEvents", `{"Entries":[`+entry("one")+`,`+entry("three")+`]}`, http.StatusOK) // one has ended or is about to
	third := <-arrived
	if third == first || third == second {
		t.Error("an event was delivered again")
	}
	end()
	if len(arrived) != 0 {
		t.Errorf("%d more requests", len(arrived))
	}
}
