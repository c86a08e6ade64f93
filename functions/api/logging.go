package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/thordata/webhook-integration/shared/logkey"
)

// requestInfo collects what is logged about a request.
type requestInfo struct {
	id     string
	userID string
	err    error // an internal error, or the cause of a problem
}

type requestKey struct{}

// requestOf returns the request's log record.
func requestOf(ctx context.Context) *requestInfo {
	if info, ok := ctx.Value(requestKey{}).(*requestInfo); ok {
		return info
	}
	return &requestInfo{}
}

// logged writes one log line per request, without bodies, queries and headers, which contain
// secrets and payloads. A panic becomes a 500.
func (s *server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.cfg.Now()
		info := &requestInfo{id: rand.Text()}
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, info))
		rec := &recorder{ResponseWriter: w}
		rec.Header().Set("Request-Id", info.id)
		defer func() {
			v := recover()
			begun := rec.status != 0
			if v != nil {
				info.err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			}
			if v != nil && !begun {
				writeProblem(rec, internal(r.Context(), info.err))
			}
			s.logRequest(r, info, rec.status, s.cfg.Now().Sub(start))
			if v != nil && begun {
				panic(http.ErrAbortHandler) // so that the client notices that the response is incomplete
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

func (s *server) logRequest(r *http.Request, info *requestInfo, status int, took time.Duration) {
	status = cmp.Or(status, http.StatusOK)
	level := slog.LevelInfo
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
	case info.err != nil: // the response reports partial success
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String(logkey.APIRequestID, info.id),
		slog.String(logkey.Method, r.Method),
		slog.String(logkey.Route, cmp.Or(r.Pattern, "none")),
		slog.Int(logkey.Status, status),
		slog.Int64(logkey.DurationMs, took.Milliseconds()),
	}
	if info.userID != "" {
		attrs = append(attrs, slog.String(logkey.UserID, info.userID))
	}
	if info.err != nil {
		attrs = append(attrs, slog.String(logkey.Error, info.err.Error()))
	}
	s.cfg.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

// recorder records the response status.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.status = cmp.Or(r.status, http.StatusOK)
	return r.ResponseWriter.Write(b)
}

// Unwrap supports http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
