package template

import "slices"

// Variable is a name that a placeholder can begin with.
type Variable struct {
	Name        string `json:"name"`              // as written in the braces: "taskId"
	Path        string `json:"path"`              // the path in the event: "resource.taskId"
	Type        string `json:"type"`              // string, number, object, ...
	Description string `json:"description"`       // for people
	Example     string `json:"example,omitempty"` // a value as text
}

// Variables lists every variable and every short name, in the order of the
// product page, then the globals. The caller may change the slice.
func Variables() []Variable { return slices.Clone(variables) }

// variables is the only list of names: placeholders are resolved with it, and the API lists it. The
// product page has two fields named createdAt; the short name means the event's.
var variables = []Variable{
	{"userId", "userId", "string or number", "User ID", "3406"},
	{"userName", "userName", "string", "Account ID", "Thor84******"},
	{"createdAt", "createdAt", "string", "Creation time (ISO 8601)", "2025-06-07T06:33:14Z"},
	{"eventType", "eventType", "string", "Status (success or fail)", "ACTOR.RUN.SUCCEEDED"},
	{"eventData", "eventData", "object", "Event context data", ""},
	{"prodect_id", "eventData.prodect_id", "string", "Product unique ID", "3"},
	{"apiRunId", "eventData.apiRunId", "string", "API run ID", "2e9ddee0582a********************"},
	{"resource", "resource", "object", "Resource: all about the task and its results", ""},
	{"taskId", "resource.taskId", "string", "Task ID", "2e9ddee0582a********************"},
	{"url", "resource.url", "string", "Scraping parameters, a string that holds JSON: {{url.spider_id}} reads inside it", ""},
	{"apiKey", "resource.apiKey", "string", "Token", "289f5c53e47d616********************"},
	{"apiUrl", "resource.apiUrl", "string", "API URL", ""},
	{"apiCode", "resource.apiCode", "number", "API response code", "400"},
	{"apiResponseTime", "resource.apiResponseTime", "number", "Response time (ms)", "28000"},
	{"apiErrorMsg", "resource.apiErrorMsg", "string", "API error message", ""},
	{"apiResult", "resource.apiResult", "string", "API result", ""},
	{"errorNumber", "resource.errorNumber", "number", "Error count", "1"},
	{"successRate", "resource.successRate", "number", "Success rate", "0"},
	{"runseconds", "resource.runseconds", "number", "Run time (seconds)", "12340"},
	{"detail", "resource.detail", "string", "Task detail", "Completed! 26 requests in total: 26 successful, 0 failed"},
	{"flow", "resource.flow", "number", "Data transfer (MB)", "1765"},
	{"fileSize", "resource.fileSize", "number", "File size", "1765"},
	{"type", "resource.type", "number", "Type", "0"},
	{"csvUrl", "resource.csvUrl", "string", "CSV download URL", ""},
	{"jsonUrl", "resource.jsonUrl", "string", "JSON download URL", ""},
	{"audioUrl", "resource.audioUrl", "string", "Audio download URL", ""},
	{"videoUrl", "resource.videoUrl", "string", "Video download URL", ""},
	{"subtitleUrl", "resource.subtitleUrl", "string", "Subtitle download URL", ""},
	{"resource.createdAt", "resource.createdAt", "string", "Task created at", "2025-06-07T14:33:14+08:00"},
	{"finishedAt", "resource.finishedAt", "string", "Task finished at", "2025-06-07T14:33:44+08:00"},
	{globals, globals, "object", "Time of the event, in two forms", ""},
	{globals + ".dateISO", globals + ".dateISO", "string", "Time of the event in UTC (ISO 8601)", "2025-06-07T06:33:14Z"},
	{globals + ".dateUnix", globals + ".dateUnix", "number", "Time of the event in seconds since 1970", "1749277994"},
}

// globals is the root of the values that come from the system, not from the event.
const globals = "globals"

// lookupVariable returns the variable of that exact name.
func lookupVariable(name string) (Variable, bool) {
	i := slices.IndexFunc(variables, func(v Variable) bool { return v.Name == name })
	if i < 0 {
		return Variable{}, false
	}
	return variables[i], true
}

func variableNames() []string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.Name
	}
	return names
}
