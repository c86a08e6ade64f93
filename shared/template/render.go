package template

import "slices"

// Append appends the body rendered for an event. The body is valid JSON and valid UTF-8 if the event is
// valid JSON.
//
// Append returns [ErrTooLarge] as soon as the body would be longer than limit
// bytes, and [ErrEvent] if it notices that the event is not a JSON object. In both
// cases it returns dst unchanged. It reads ev.JSON once and allocates nothing if dst has
// room for the body; reusing dst makes rendering half as fast again.
func (p *Payload) Append(dst []byte, ev Event, limit int) ([]byte, error) {
	l, err := find(&p.paths, ev)
	if err != nil {
		return dst, err
	}
	defer l.release()

	w := writer{dst: slices.Grow(dst, p.size(l, limit)), limit: len(dst) + limit, dirty: l.dirty}
	for i := range p.parts {
		w.literal(p.parts[i].literal)
		p.hole(&w, l, &p.parts[i])
	}
	if w.full {
		return dst, ErrTooLarge
	}
	return w.dst, nil
}

// hole writes the value of a part.
func (p *Payload) hole(w *writer, l *lookup, part *part) {
	switch {
	case part.filters != 0:
		l.filtered(w, part, p.chains[part.filters-1])
	case part.node == 0:
	case part.text:
		w.escaped(l.values[part.node])
	default:
		w.value(l.values[part.node])
	}
}

// filtered writes a placeholder's value after applying its filters.
func (l *lookup) filtered(w *writer, part *part, c *chain) {
	if w.full {
		return
	}
	c.run(&l.piped, l.values[part.node], l.dirty, w.limit-len(w.dst))
	if part.text {
		l.piped.escaped(w)
	} else {
		l.piped.value(w)
	}
}

// size estimates the body's size, at most limit, so that it is allocated once.
func (p *Payload) size(l *lookup, limit int) int {
	size := 0
	for i := range p.parts {
		part := &p.parts[i]
		size += len(part.literal) + max(len(l.values[part.node]), len("null"))
		if size >= limit {
			return max(limit, 0)
		}
	}
	return size
}
