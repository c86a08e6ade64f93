package delivery

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	// keptBody is how many bytes of a response's body are stored.
	keptBody = 1 << 10

	// drainedBody is how many more bytes are read so that the connection can be reused.
	drainedBody = 64 << 10
)

// send makes one request and returns its outcome. It takes no longer than the attempt's timeout,
// and leaves the invocation enough time to record the outcome.
func (j *job) send(ctx context.Context, in webhook.Integration, d webhook.Dispatch) (webhook.Attempt, webhook.Outcome) {
	started := j.cfg.Now()
	a := webhook.Attempt{
		Number: d.NextNumber(), Round: d.Round, StartedAt: started.UTC(), IntegrationVersion: in.Version,
	}
	ctx, cancel := context.WithTimeout(ctx, j.timeLeft(ctx))
	defer cancel()
	var o webhook.Outcome
	req, err := j.build(ctx, request.Input{Integration: in, Dispatch: d, Number: a.Number, At: started})
	if err != nil {
		o = unbuilt(err)
	} else {
		a.ResponseBody, o = j.exchange(ctx, cancel, req)
		o = o.For(in)
	}
	a.Duration = max(j.cfg.Now().Sub(started), 0)
	a.ResponseStatus, a.Code, a.Message = o.Status, o.Code, o.Message
	return a, o
}

// timeLeft is how long an attempt that starts now may take.
func (j *job) timeLeft(ctx context.Context) time.Duration {
	limit := j.cfg.Timeouts.Attempt
	if end, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(end)-j.cfg.Timeouts.Record)
	}
	return limit
}

func (j *job) build(ctx context.Context, in request.Input) (*http.Request, error) {
	built, err := j.cfg.Requests.Build(ctx, in)
	if err != nil {
		if _, theirs := errors.AsType[*request.RenderError](err); !theirs {
			j.line(ctx, slog.LevelError, "build request failed", slog.String(logkey.Error, err.Error()))
		}
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, built.URL, bytes.NewReader(built.Body))
	if err != nil {
		return nil, &request.RenderError{Reason: "the request URL is not valid: correct it in the integration"}
	}
	req.Header = built.Header
	// A header without a value is not sent. This one allows the transport to retry the request when
	// a kept-alive connection turns out to be closed: receivers recognize repeats by the dispatch
	// id.
	if _, ok := req.Header["Idempotency-Key"]; !ok {
		req.Header["Idempotency-Key"] = nil
	}
	return req, nil
}

func unbuilt(err error) webhook.Outcome {
	if render, ok := errors.AsType[*request.RenderError](err); ok {
		return webhook.Outcome{Code: webhook.CodeRender, Message: render.Error()}
	}
	return webhook.Outcome{Code: webhook.CodeInternal, Message: "internal error: the request could not be built"}
}

// exchange sends the request and reads the part of the response that is stored. The status alone
// decides the outcome: an incomplete or endless body does not change it.
func (j *job) exchange(ctx context.Context, cancel context.CancelFunc, req *http.Request) (body string, o webhook.Outcome) {
	resp, err := j.cfg.Client.Do(req)
	if err != nil {
		return "", classify(ctx, err, req.URL.Hostname())
	}
	defer resp.Body.Close()
	o = judgeStatus(resp, j.cfg.Now())
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return "", o // what follows is not a body but the raw connection, which has no deadline
	}
	defer time.AfterFunc(j.cfg.Timeouts.Body, cancel).Stop()
	return readBody(resp), o
}

// readBody returns the first KiB of the body as valid UTF-8, cut between characters. It
// decompresses bodies that the receiver compressed without being asked, and names the encoding if
// it cannot.
func readBody(resp *http.Response) string {
	var kept []byte
	var err error
	switch encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
		kept, err = readKept(resp.Body)
	default:
		kept, err = readEncoded(resp.Body, encoding)
		if err != nil && len(kept) == 0 {
			return fmt.Sprintf("(not shown: the body has the content encoding %.40q, which was not requested)", encoding)
		}
	}
	if err == nil {
		_, _ = io.CopyN(io.Discard, resp.Body, drainedBody)
	}
	text := string(kept)
	if len(kept) == keptBody {
		text = trimCut(text)
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	for len(text) > keptBody { // U+FFFD can be longer than the byte it replaces
		text = trimCut(text[:keptBody])
	}
	return text
}

func readKept(body io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(body, keptBody)) }

// errEncoded reports a body in an encoding that cannot be decoded here.
var errEncoded = errors.New("unknown content encoding")

// readEncoded returns the start of the decoded body. It fails with what it could decode, which may
// be nothing. Servers also label plain text with an encoding: text is returned as it is.
func readEncoded(body io.Reader, encoding string) ([]byte, error) {
	packed := bufio.NewReader(body)
	start, _ := packed.Peek(keptBody)
	if isText(start) {
		return start, nil // whole or not, as the status alone decides
	}
	var plain io.Reader
	var err error
	switch {
	case encoding == "gzip" || encoding == "x-gzip":
		plain, err = gzip.NewReader(packed)
	case encoding == "deflate" && isZlib(start):
		plain, err = zlib.NewReader(packed)
	case encoding == "deflate":
		plain = flate.NewReader(packed) // without the header of zlib, as some servers send it
	default:
		err = errEncoded
	}
	if err != nil {
		return nil, err
	}
	return readKept(plain)
}

// isZlib reports whether a body starts as RFC 1950, section 2.2, demands.
func isZlib(start []byte) bool {
	return len(start) >= 2 && start[0]&0x0f == 8 && binary.BigEndian.Uint16(start)%31 == 0
}

// isText reports whether a body, which may be cut, is UTF-8 without control characters.
func isText(body []byte) bool {
	text := trimCut(string(body))
	control := func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\r", r) }
	return utf8.ValidString(text) && !strings.ContainsFunc(text, control)
}

// trimCut removes an incomplete character at the end of s. Other invalid bytes stay.
func trimCut(s string) string {
	for back := 1; back < utf8.UTFMax && back <= len(s); back++ {
		at := len(s) - back
		if !utf8.RuneStart(s[at]) {
			continue
		}
		if !utf8.FullRuneInString(s[at:]) {
			return s[:at]
		}
		break
	}
	return s
}
