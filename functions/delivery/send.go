package delivery

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/thordata/webhook-integration/shared/logkey"
	"github.com/thordata/webhook-integration/shared/request"
	"github.com/thordata/webhook-integration/shared/webhook"
)

const (
	// keptBody is how much of a response's body is kept, in bytes.
	keptBody = 1 << 10

	// drainedBody is how much more of it is read so that the connection can be used again.
	drainedBody = 64 << 10
)

// send makes one request and says what came of it. It never takes longer than the
// attempt's timeout, nor beyond what the invocation needs to record it.
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
		return nil, &request.RenderError{Reason: "the request URL is not a URL: correct it in the integration"}
	}
	req.Header = built.Header
	// A header without a value is not sent. This one tells the transport that the request
	// may be written again when a kept connection turns out to be closed: the dispatch id
	// tells repeats apart.
	if _, ok := req.Header["Idempotency-Key"]; !ok {
		req.Header["Idempotency-Key"] = nil
	}
	return req, nil
}

func unbuilt(err error) webhook.Outcome {
	if render, ok := errors.AsType[*request.RenderError](err); ok {
		return webhook.Outcome{Code: webhook.CodeRender, Message: render.Error()}
	}
	return webhook.Outcome{Code: webhook.CodeInternal, Message: "the request could not be prepared; the fault is ours"}
}

// exchange sends the request and reads what is kept of the response. The status decides:
// once it is known, a body that breaks off or never ends changes nothing.
func (j *job) exchange(ctx context.Context, cancel context.CancelFunc, req *http.Request) (body string, o webhook.Outcome) {
	resp, err := j.cfg.Client.Do(req)
	if err != nil {
		return "", classify(ctx, err, req.URL.Hostname())
	}
	defer resp.Body.Close()
	o = judgeStatus(resp, j.cfg.Now())
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return "", o // what follows is no body but the connection itself, which no deadline ends
	}
	defer time.AfterFunc(j.cfg.Timeouts.Body, cancel).Stop()
	return readBody(resp), o
}

// readBody returns the first KiB as valid UTF-8, cut between characters. What the receiver has
// packed, though nobody asked for it, is unpacked that far, or named where it cannot be.
func readBody(resp *http.Response) string {
	plain, packing := unpacked(resp)
	if plain == nil {
		return "(not shown: the body is packed with " + packing + ", which was not asked for)"
	}
	kept, err := io.ReadAll(io.LimitReader(plain, keptBody))
	if err == nil {
		_, _ = io.CopyN(io.Discard, resp.Body, drainedBody)
	}
	text := string(kept)
	if len(kept) == keptBody {
		text = trimCut(text)
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	for len(text) > keptBody { // a replacement is longer than what it replaces
		text = trimCut(text[:keptBody])
	}
	return text
}

// unpacked returns the body as it was before the receiver packed it, or nil and the name of the
// packing if that is unknown or broken.
func unpacked(resp *http.Response) (plain io.Reader, packing string) {
	packing = strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	var err error
	switch packing {
	case "", "identity":
		return resp.Body, ""
	case "gzip", "x-gzip":
		plain, err = gzip.NewReader(resp.Body)
	case "deflate":
		plain, err = zlib.NewReader(resp.Body)
	default:
		return nil, strconv.Quote(trimmed(packing))
	}
	if err != nil {
		return nil, packing
	}
	return plain, packing
}

// trimmed keeps what a receiver says short.
func trimmed(s string) string { return s[:min(len(s), 40)] }

// trimCut removes a character that was cut off at the end of s, if there is one. What is
// invalid otherwise stays.
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
