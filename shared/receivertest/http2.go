package receivertest

import (
	"bytes"
	"crypto/tls"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// OverHTTP2 returns the faults of receivers that speak HTTP/2.
func OverHTTP2() []Fault {
	return []Fault{
		h2("HTTP/2 in order", func(c *h2conn, id uint32) bool { return c.head(id, true, 200) }),
		h2("GOAWAY that leaves the request out", func(c *h2conn, id uint32) bool { c.goAway(0, http2.ErrCodeNo); return false }),
		h2("GOAWAY with an error", func(c *h2conn, id uint32) bool { c.goAway(id, http2.ErrCodeInternal); return false }),
		h2("GOAWAY, then the answer", func(c *h2conn, id uint32) bool { c.goAway(id, http2.ErrCodeNo); return c.head(id, true, 200) }),
		h2("RST_STREAM", func(c *h2conn, id uint32) bool { return c.f.WriteRSTStream(id, http2.ErrCodeInternal) == nil }),
		h2("RST_STREAM that cancels", func(c *h2conn, id uint32) bool { return c.f.WriteRSTStream(id, http2.ErrCodeCancel) == nil }),
		h2("RST_STREAM that refuses", func(c *h2conn, id uint32) bool { return c.f.WriteRSTStream(id, http2.ErrCodeRefusedStream) == nil }),
		h1Only("RST_STREAM that demands HTTP/1.1", func(c *h2conn, id uint32) bool {
			return c.f.WriteRSTStream(id, http2.ErrCodeHTTP11Required) == nil
		}),
		h1Only("GOAWAY that demands HTTP/1.1", func(c *h2conn, id uint32) bool { c.goAway(id, http2.ErrCodeHTTP11Required); return false }),
		h1Only("GOAWAY that leaves the request out and demands HTTP/1.1", func(c *h2conn, _ uint32) bool {
			c.goAway(0, http2.ErrCodeHTTP11Required)
			return false
		}),
		h1Only("RST_STREAM that demands HTTP/1.1 for a later request", func(c *h2conn, id uint32) bool {
			if id == 1 {
				return c.head(id, true, 200)
			}
			return c.f.WriteRSTStream(id, http2.ErrCodeHTTP11Required) == nil
		}),
		h2("RST_STREAM inside the body", func(c *h2conn, id uint32) bool {
			return c.head(id, false, 200) && c.f.WriteData(id, false, []byte("half")) == nil && c.f.WriteRSTStream(id, http2.ErrCodeInternal) == nil
		}),
		h2("HTTP/2 silent", func(*h2conn, uint32) bool { return true }),
		h2("HTTP/2 reset", func(c *h2conn, _ uint32) bool { c.s.reset(); return false }),
		h2("HTTP/2 huge body", func(c *h2conn, id uint32) bool {
			c.head(id, false, 200)
			for c.f.WriteData(id, false, []byte(zeros[:16<<10])) == nil {
			}
			return false
		}),
		h2("HTTP/2 headers without end", func(c *h2conn, id uint32) bool {
			block := c.block(":status", "200", "x-more", strings.Repeat("h", 8000))
			ok := c.f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block}) == nil
			for ok {
				ok = c.f.WriteContinuation(id, false, c.block("x-more", strings.Repeat("h", 8000))) == nil
			}
			return false
		}),
		h2("HTTP/2 informational without end", func(c *h2conn, id uint32) bool {
			for c.head(id, false, 103) {
			}
			return false
		}),
		h2("HTTP/2 frame of another protocol", func(c *h2conn, id uint32) bool { c.s.say("HTTP/1.1 200 OK\r\n\r\n"); return false }),
		h2("HTTP/2 data before headers", func(c *h2conn, id uint32) bool { return c.f.WriteData(id, true, []byte("early")) == nil }),
		h2("HTTP/2 frames without end", func(c *h2conn, id uint32) bool {
			const unknown = 0xEE // receivers must ignore this type
			for c.f.WriteRawFrame(unknown, 0, 0, []byte(zeros[:16<<10])) == nil {
			}
			return false
		}),
	}
}

// h2 calls do for every request of a connection, until it returns false.
func h2(name string, do func(c *h2conn, id uint32) bool) Fault {
	return Fault{Name: name, TLS: &TLS{HTTP2: true}, serve: func(r *Receiver, s *stream) {
		preface := make([]byte, len(http2.ClientPreface))
		if _, err := io.ReadFull(s.in, preface); err != nil {
			return
		}
		c := &h2conn{f: http2.NewFramer(s.Conn, s.in), s: s}
		c.enc = hpack.NewEncoder(&c.buf)
		c.f.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
		if c.f.WriteSettings() != nil {
			return
		}
		c.serve(r, do)
	}}
}

// h1Only rejects every request over HTTP/2, and responds normally over HTTP/1.1.
func h1Only(name string, refuse func(c *h2conn, id uint32) bool) Fault {
	f := h2(name, refuse)
	overHTTP2 := f.serve
	f.TLS.HTTP1 = true
	f.serve = func(r *Receiver, s *stream) {
		secure := s.Conn.(*tls.Conn)
		if secure.Handshake() != nil {
			return
		}
		if secure.ConnectionState().NegotiatedProtocol == "h2" {
			overHTTP2(r, s)
			return
		}
		r.behave(s)
	}
	return f
}

type h2conn struct {
	f   *http2.Framer
	s   *stream
	buf bytes.Buffer
	enc *hpack.Encoder
}

func (c *h2conn) serve(r *Receiver, do func(*h2conn, uint32) bool) {
	for {
		frame, err := c.f.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.MetaHeadersFrame:
			for _, field := range frame.Fields {
				if field.Name == "webhook-dispatch-id" {
					r.note(field.Value)
				}
			}
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				_ = c.f.WriteSettingsAck()
			}
		}
		if frame.Header().Flags.Has(http2.FlagDataEndStream) && frame.Header().StreamID > 0 && !do(c, frame.Header().StreamID) {
			return
		}
	}
}

func (c *h2conn) goAway(last uint32, code http2.ErrCode) { _ = c.f.WriteGoAway(last, code, nil) }

func (c *h2conn) head(id uint32, end bool, status int) bool {
	return c.f.WriteHeaders(http2.HeadersFrameParam{
		StreamID: id, EndStream: end, EndHeaders: true, BlockFragment: c.block(":status", strconv.Itoa(status)),
	}) == nil
}

// block encodes header names and values.
func (c *h2conn) block(pairs ...string) []byte {
	c.buf.Reset()
	for i := 0; i < len(pairs); i += 2 {
		_ = c.enc.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return bytes.Clone(c.buf.Bytes())
}
