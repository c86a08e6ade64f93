package record

// dictionary1 is the preset dictionary of format 1: field names and fixed texts of task events and
// attempts, with the most frequent last because references to them are shortest. It must never
// change: records that were stored with it would become unreadable.
const dictionary1 = `the server's certificate is not valid: the name does not resolve: nobody listens: connection reset by the receiver: ` +
	`"c":"dns_error"connection_refusedconnection_resetconnection_errortls_errorblocked_addressredirectprotocol_errorrender_errorinternal_error` +
	`<!DOCTYPE html><html><head><title>404 Not Found502 Bad Gateway503 Service Temporarily Unavailable</title></head><body>` +
	`,"url":"http://{\"spider_errors\":false,\"spider_id\":\"","apiErrorMsg":"Failed! 0 requests in total: , 1 failed"TESTACTOR.RUN.RUNNINGACTOR.RUN.FAILED"eventId":"` +
	`,"r":1,"s":500,"b":"{\"success\":true}{\"ok\":true}{\"received\":true}{\"message\":\"","c":"http_status","m":"the receiver answered 500 Internal Server Error` +
	`","c":"timeout","m":"no answer within 30s","v":1},{"n":2,"t":17` +
	`[{"n":1,"t":17,"d":1,"s":200,"b":"ok","v":1}]` + "\n" +
	`{"userId":,"userName":"Thor","createdAt":"2026-01-01T00:00:00Z","eventType":"ACTOR.RUN.SUCCEEDED","eventData":{"prodect_id":"3","apiRunId":"` +
	`"},"resource":{"taskId":"","url":"{\"spider_errors\":true,\"spider_id\":\"3\",\"spider_parameters\":[{\"url\":\"https://www.amazon.com/dp/\"}]}","apiKey":"` +
	`","apiUrl":"","apiCode":200,"apiResponseTime":28000,"apiErrorMsg":"","apiResult":"","errorNumber":0,"successRate":100,"runseconds":12340,` +
	`"detail":"Completed! 1 requests in total: 1 successful, 0 failed","flow":1765,"fileSize":1765,"type":0,` +
	`"csvUrl":"https://th-scrapers-1303252866.cos.na-siliconvalley.myqcloud.com/scrapers/thordata/2026/01/01/.csv","jsonUrl":".json",` +
	`"audioUrl":"","videoUrl":"","subtitleUrl":"","createdAt":"2026-01-01T00:00:00+08:00","finishedAt":"2026-01-01T00:00:00+08:00"}}`
