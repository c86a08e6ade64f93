package api

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/thordata/webhook-integration/shared/webhook"
)

// sampleEvent returns a task event for tests and previews, based on the example of the product
// page. It has the given user, type and time, and the data of a task of type like, which may be
// another type.
func sampleEvent(userID string, says, like webhook.EventType, at time.Time) []byte {
	ev := succeededSample
	ev.UserID = json.RawMessage(strconv.Quote(userID))
	if n, err := strconv.ParseInt(userID, 10, 64); err == nil && strconv.FormatInt(n, 10) == userID {
		ev.UserID = json.RawMessage(userID) // a number, as in the platform's events
	}
	ev.EventType = says
	ev.CreatedAt = at.UTC().Truncate(time.Second).Format(time.RFC3339)
	began := at.In(time.FixedZone("", 8*60*60)).Truncate(time.Second)
	ev.Resource.CreatedAt = began.Format(time.RFC3339)
	ev.Resource.FinishedAt = began.Add(30 * time.Second).Format(time.RFC3339)
	switch like {
	case webhook.Running:
		ev.Resource.running()
	case webhook.Failed:
		ev.Resource.failed()
	}
	text, _ := json.Marshal(ev) // cannot fail: only strings and numbers
	return text
}

type taskEvent struct {
	UserID    json.RawMessage   `json:"userId"`
	UserName  string            `json:"userName"`
	CreatedAt string            `json:"createdAt"`
	EventType webhook.EventType `json:"eventType"`
	EventData eventData         `json:"eventData"`
	Resource  resource          `json:"resource"`
}

type eventData struct {
	ProductID string `json:"prodect_id"` // as the platform spells it
	APIRunID  string `json:"apiRunId"`
}

type resource struct {
	TaskID          string `json:"taskId"`
	URL             string `json:"url"`
	APIKey          string `json:"apiKey"`
	APIURL          string `json:"apiUrl"`
	APICode         int    `json:"apiCode"`
	APIResponseTime int    `json:"apiResponseTime"`
	APIErrorMsg     string `json:"apiErrorMsg"`
	APIResult       string `json:"apiResult"`
	ErrorNumber     int    `json:"errorNumber"`
	SuccessRate     int    `json:"successRate"`
	RunSeconds      int    `json:"runseconds"`
	Detail          string `json:"detail"`
	Flow            int    `json:"flow"`
	FileSize        int    `json:"fileSize"`
	Type            int    `json:"type"`
	CSVURL          string `json:"csvUrl"`
	JSONURL         string `json:"jsonUrl"`
	AudioURL        string `json:"audioUrl"`
	VideoURL        string `json:"videoUrl"`
	SubtitleURL     string `json:"subtitleUrl"`
	CreatedAt       string `json:"createdAt"`
	FinishedAt      string `json:"finishedAt"`
}

// running removes the fields that only finished tasks have.
func (r *resource) running() {
	*r = resource{TaskID: r.TaskID, URL: r.URL, APIKey: r.APIKey, CreatedAt: r.CreatedAt, Detail: "Running"}
}

func (r *resource) failed() {
	r.APIErrorMsg = "the site did not answer"
	r.Detail = "Failed! 26 requests in total: 0 successful, 26 failed"
	r.ErrorNumber, r.Flow, r.FileSize = 26, 0, 0
	r.CSVURL, r.JSONURL = "", ""
}

const sampleFile = "https://th-scrapers-1303252866.cos.na-siliconvalley.myqcloud.com/scrapers/thordata/2025/06/07/2e9ddee0582a40a9****************"

var succeededSample = taskEvent{
	UserName:  "Thor84******",
	EventData: eventData{ProductID: "3", APIRunID: "2e9ddee0582a********************"},
	Resource: resource{
		TaskID:  "2e9ddee0582a********************",
		URL:     `{"spider_errors":true,"spider_id":"3","spider_parameters":[{"url":"https://www.amazon.com/dp/B0DPMHRZ1W?th=1\u0026psc=1"}]}`,
		APIKey:  "289f5c53e47d616********************",
		APICode: 400, APIResponseTime: 28000, ErrorNumber: 1, RunSeconds: 12340,
		Detail: "Completed! 26 requests in total: 26 successful, 0 failed",
		Flow:   1765, FileSize: 1765, CSVURL: sampleFile + ".csv", JSONURL: sampleFile + ".json",
	},
}
