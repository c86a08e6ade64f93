// Receiver reads an event and creates an integration with generated code.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"example.com/receiver/client"
)

func main() {
	var event client.TaskEvent
	if err := json.NewDecoder(os.Stdin).Decode(&event); err != nil {
		panic(err)
	}
	user, err := event.UserId.AsTaskEventUserId1()
	if err != nil {
		panic(err)
	}
	fmt.Println(event.EventType, user, *event.Resource.TaskId, *event.Resource.ApiCode)

	api, err := client.NewClientWithResponses("https://api.example.com", client.WithHTTPClient(answers{}))
	if err != nil {
		panic(err)
	}
	made, err := api.CreateIntegrationWithResponse(context.Background(), nil, client.Integration{
		Name: "Results", RequestUrl: "https://example.com/", EventTypes: []client.IntegrationEventTypes{"ACTOR.RUN.SUCCEEDED"},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(made.JSON201.Name)
}

// answers stands in for the API: it answers with what it is sent.
type answers struct{}

func (answers) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	return &http.Response{StatusCode: http.StatusCreated, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body))}, err
}
