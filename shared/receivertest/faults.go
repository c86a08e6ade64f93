package receivertest

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Plain returns the faults of receivers that speak plain HTTP/1.1.
func Plain() []Fault {
	return []Fault{
		{Name: "refuse"},
		{Name: "reset at once", serve: func(_ *Receiver, s *stream) { s.reset() }},
		{Name: "answer before the body is read", serve: early("200 OK", func(*stream) {})},
		{Name: "410 before the body is read, then a reset", serve: early("410 Gone", func(s *stream) { pause(); s.reset() })},
		after("close before headers", func(*stream) {}),
		after("reset before headers", func(s *stream) { s.reset() }),
		after("reset between two headers", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"); pause(); s.reset() }),
		after("close inside a header", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-") }),
		after("reset between headers and body", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"); pause(); s.reset() }),
		after("reset inside body", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"); pause(); s.reset() }),
		after("reset inside body of a 500", func(s *stream) { s.say("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nhalf"); pause(); s.reset() }),
		{Name: "accept and stay silent", serve: func(_ *Receiver, s *stream) { s.linger() }},
		{Name: "never read", serve: (*Receiver).hold},
		after("silent after the request", func(s *stream) { s.linger() }),
		after("headers byte by byte", func(s *stream) { s.trickle("HTTP/1.1 200 OK\r\nX-Slow: ", "z") }),
		after("body byte by byte", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"); s.trickle("", "z") }),
		after("huge body", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n"); s.flood(zeros) }),
		after("gzip bomb", func(s *stream) {
			s.say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
			s.flood(bomb())
		}),
		after("endless chunked body", func(s *stream) {
			s.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			s.flood("1000\r\n" + strings.Repeat("c", 0x1000) + "\r\n")
		}),
		after("endless chunk header", func(s *stream) {
			s.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			s.flood("0000000000000000")
		}),
		after("endless trailers", func(s *stream) {
			s.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
			s.flood("X-Trailer: " + strings.Repeat("t", 4096) + "\r\n")
		}),
		after("Content-Length too long", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort") }),
		after("Content-Length too short", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nlonger than it says") }),
		after("Content-Length no number", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n") }),
		after("Content-Length negative", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n") }),
		after("two Content-Lengths", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab") }),
		after("no HTTP", func(s *stream) { s.say("SSH-2.0-OpenSSH_9.9\r\n") }),
		after("zeros", func(s *stream) { s.flood(zeros) }),
		after("broken header", func(s *stream) { s.say("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n") }),
		after("endless headers", func(s *stream) {
			s.say("HTTP/1.1 200 OK\r\n")
			s.flood("X-More: " + strings.Repeat("h", 1000) + "\r\n")
		}),
		after("endless status line", func(s *stream) { s.say("HTTP/1.1 200 "); s.flood("OK ") }),
		after("informational responses without end", func(s *stream) { s.flood("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") }),
		after("informational responses, slowly", func(s *stream) { s.trickle("", "HTTP/1.1 103 Early Hints\r\n\r\n") }),
		after("switching protocols", func(s *stream) {
			s.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
			s.linger()
		}),
	}
}

// Answers returns receivers that send valid responses that need special handling. The redirect
// leads to the receiver itself.
func Answers() []Fault {
	answer := func(name string, head ...string) Fault {
		return Fault{Name: name, serve: func(r *Receiver, s *stream) {
			text := strings.NewReplacer("SELF", r.URL, "LATER", later())
			r.answer(s, text.Replace(strings.Join(head, "\r\n"))+"\r\nContent-Length: 0")
		}}
	}
	return []Fault{
		answer("200", "200 OK"),
		{Name: "204", serve: func(r *Receiver, s *stream) {
			r.answer(s, "204 No Content")
		}},
		answer("410", "410 Gone"),
		answer("429 with seconds", "429 Too Many Requests", "Retry-After: 600"),
		answer("503 with a date", "503 Service Unavailable", "Retry-After: LATER"),
		answer("429 with a negative number", "429 Too Many Requests", "Retry-After: -600"),
		answer("503 with an absurd number", "503 Service Unavailable", "Retry-After: 99999999999999999999"),
		answer("503 with nonsense", "503 Service Unavailable", "Retry-After: soon"),
		answer("redirect", "302 Found", "Location: http://127.0.0.1:9001/2018-06-01/runtime/invocation/next"),
		answer("redirect loop", "307 Temporary Redirect", "Location: SELF"),
		answer("status of another world", "799 Whatever"),
	}
}

// later is the time in half an hour, in the format of HTTP.
func later() string { return time.Now().Add(30 * time.Minute).UTC().Format(http.TimeFormat) }

// after reads the request and then does something other than respond.
func after(name string, do func(*stream)) Fault {
	return Fault{Name: name, serve: func(r *Receiver, s *stream) {
		if r.read(s) {
			do(s)
		}
	}}
}

// early answers after the head of a request, and then ends the connection, whose body it has not read.
func early(status string, end func(*stream)) func(*Receiver, *stream) {
	return func(r *Receiver, s *stream) {
		if r.readHead(s) {
			s.say("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			end(s)
		}
	}
}

// hold keeps a connection open without reading from it, for longer than any client should wait.
func (r *Receiver) hold(*stream) {
	select {
	case <-r.closed:
	case <-time.After(time.Minute):
	}
}

// trickle sends begin, then rest repeatedly and slowly.
func (s *stream) trickle(begin, rest string) {
	for ok := s.say(begin); ok; ok = s.say(rest) {
		time.Sleep(5 * time.Millisecond)
	}
}

// flood sends the text without end.
func (s *stream) flood(text string) {
	for len(text) < 64<<10 {
		text += text
	}
	for s.say(text) {
	}
}

// pause lets the data arrive before a reset, which would otherwise overtake it.
func pause() { time.Sleep(20 * time.Millisecond) }

var zeros = strings.Repeat("\x00", 64<<10)

// bomb is 64 MiB of zeros, compressed to 64 KiB.
var bomb = sync.OnceValue(func() string {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range 1024 {
		_, _ = z.Write([]byte(zeros))
	}
	_ = z.Close()
	return packed.String()
})
