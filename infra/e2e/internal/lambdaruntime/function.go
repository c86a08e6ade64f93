package lambdaruntime

import (
	"fmt"
	"time"
)

// Function configures a function. Bootstrap and Name are required.
type Function struct {
	Bootstrap string // path of the binary
	Name      string
	ARN       string
	Region    string        // us-east-1
	MemoryMB  int           // 128
	Timeout   time.Duration // of an invocation, after which the process is killed; 3 s
	LogLevel  string        // of the application's log: INFO

	// Environ is the function's environment, as NAME=value. It overrides Lambda's variables.
	Environ []string

	// AccessKey is the access key id of the role's credentials, which identifies the function's
	// calls; "lambda" if it is empty.
	AccessKey string
}

func (f Function) withDefaults() Function {
	f.Region = or(f.Region, "us-east-1")
	f.MemoryMB = or(f.MemoryMB, 128)
	f.Timeout = or(f.Timeout, 3*time.Second)
	f.LogLevel = or(f.LogLevel, "INFO")
	f.AccessKey = or(f.AccessKey, "lambda")
	f.ARN = or(f.ARN, "arn:aws:lambda:"+f.Region+":123456789012:function:"+f.Name)
	return f
}

func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// environ returns the whole environment of the process, which inherits nothing from this process.
// The names are those of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
func (f Function) environ(runtimeAPI string) []string {
	return append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=1",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + fmt.Sprint(f.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_FORMAT=JSON",
		"AWS_LAMBDA_LOG_LEVEL=" + f.LogLevel,
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=2026/11/01/[1]5e1f6b2d0c9a4b7f8e3d2c1b0a998877",
		"AWS_REGION=" + f.Region,
		"AWS_DEFAULT_REGION=" + f.Region,
		"AWS_ACCESS_KEY_ID=" + f.AccessKey,
		"AWS_SECRET_ACCESS_KEY=emulated",
		"AWS_SESSION_TOKEN=emulated",
		"_HANDLER=bootstrap",
		"LAMBDA_TASK_ROOT=/var/task",
		"LAMBDA_RUNTIME_DIR=/var/runtime",
		"LANG=en_US.UTF-8",
		"PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin",
		"TZ=:UTC",
	}, f.Environ...)
}
