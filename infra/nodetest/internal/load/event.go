// Package load generates and receives the load of nodetest's commands: task events, the calls that
// put them on the bus, and a receiver that counts what arrives.
package load

import (
	"bytes"
	"fmt"
	"time"
)

// User is the node's default caller.
const User = "3406"

// Event returns task event number n of a user, with the structure and size of the documentation's
// example. The receiver identifies the event by its taskId.
func Event(user string, n int, at time.Time) []byte {
	task := TaskID(n)
	return fmt.Appendf(nil, eventForm, EventID(n), user, at.UTC().Format(time.RFC3339Nano), task, task)
}

// EventID returns the eventId of event n.
func EventID(n int) string { return fmt.Sprintf("load-%d", n) }

// TaskID returns the taskId of event n.
func TaskID(n int) string { return fmt.Sprintf("task-%09d", n) }

const eventForm = `{"eventId":%q,"userId":%q,"userName":"Thor84******","createdAt":%q,"eventType":"ACTOR.RUN.SUCCEEDED",` +
	`"eventData":{"prodect_id":"3","apiRunId":%q},"resource":{"taskId":%q,` +
	`"url":"{\"spider_errors\":true,\"spider_id\":\"3\",\"spider_parameters\":[{\"url\":\"https://www.example.com/dp/B0DPMHRZ1W?th=1\\u0026psc=1\"}]}",` +
	`"apiKey":"289f5c53e47d616","apiUrl":"","apiCode":400,"apiResponseTime":28000,"apiErrorMsg":"","apiResult":"","errorNumber":1,"successRate":0,` +
	`"runseconds":12340,"detail":"Completed! 26 requests in total: 26 successful, 0 failed","flow":1765,"fileSize":1765,"type":0,` +
	`"csvUrl":"https://files.example.com/scrapers/2025/06/07/2e9ddee0582a40a9.csv","jsonUrl":"https://files.example.com/scrapers/2025/06/07/2e9ddee0582a40a9.json",` +
	`"audioUrl":"","videoUrl":"","subtitleUrl":"","createdAt":"2025-06-07T14:33:14+08:00","finishedAt":"2025-06-07T14:33:44+08:00"}}`

// taskOf finds the event's taskId in a webhook's body. It searches instead of parsing, so that the
// receiver uses little CPU time.
func taskOf(body []byte) (string, error) {
	_, rest, found := bytes.Cut(body, []byte(`"taskId":"`))
	end := bytes.IndexByte(rest, '"')
	if !found || end < 0 {
		return "", fmt.Errorf("a webhook arrived without resource.taskId: %.200q", body)
	}
	return string(rest[:end]), nil
}
