package template

import "bytes"

// urlCompiler is a scanner of text that is not JSON.
type urlCompiler struct{ scanner }

func (c *urlCompiler) root() bool {
	for c.pos < len(c.src) {
		if c.at("{{") {
			c.placeholder(true)
			continue
		}
		c.pos++
	}
	blanked := c.blanked()
	for _, h := range c.holes {
		c.checkPlace(h, blanked)
	}
	return true
}

// blanked returns the source with every byte of a placeholder replaced by x.
func (c *urlCompiler) blanked() []byte {
	blanked := []byte(c.src)
	for _, h := range c.holes {
		for i := h.start; i < h.end; i++ {
			blanked[i] = 'x'
		}
	}
	return blanked
}

// checkPlace reports a placeholder outside of the path and the query, and one that would complete an
// escape: the value "2F" after "%" would add a slash.
func (c *urlCompiler) checkPlace(h hole, blanked []byte) {
	before := blanked[:h.start]
	if where := wrongPlace(h.start, blanked); where != "" {
		c.fault(h.start, h.end-h.start, "a placeholder can be in the path and the query of a URL, not in its %s", where)
	} else if i := bytes.LastIndexByte(before, '%'); i >= 0 && len(before)-i < 3 && isHex(string(before[i+1:])) {
		c.fault(i, h.end-i, "a placeholder cannot be part of an escape: write %%25 for a percent sign")
	}
}

// wrongPlace returns the part of a URL that an offset is in, or "" if it is the path or the query.
func wrongPlace(at int, blanked []byte) string {
	end := endOfAuthority(blanked)
	scheme := bytes.Index(blanked, []byte("://"))
	switch {
	case at > end && bytes.IndexByte(blanked[end:at], '#') >= 0:
		return "fragment"
	case scheme >= 0 && at >= end && end < len(blanked):
		return ""
	case at < scheme || scheme < 0:
		return "scheme or host"
	case bytes.IndexByte(blanked[at:end], '@') >= 0:
		return "user name or password"
	case bytes.IndexByte(blanked[scheme+len("://"):at], ':') >= 0:
		return "port"
	}
	return "host"
}

// segments returns for each segment of the path whether it has a placeholder, or nil if none has.
func (c *urlCompiler) segments() []bool {
	blanked := c.blanked()
	begin := endOfAuthority(blanked)
	end := len(blanked)
	if i := bytes.IndexAny(blanked[begin:], "?#"); i >= 0 {
		end = begin + i
	}
	var values []bool
	for _, h := range c.holes {
		if h.start >= end {
			break
		}
		segment := bytes.Count(blanked[begin:h.start], []byte("/"))
		values = append(values, make([]bool, segment+1-len(values))...)
		values[segment] = true
	}
	return values
}
