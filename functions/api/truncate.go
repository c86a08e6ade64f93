package api

// A Lambda function returns an answer as a string in JSON, so that a text in an answer is
// quoted twice: a quotation mark takes four bytes on its way.

// fitting returns how many bytes of a text fit into the room, and takes it.
func fitting(text string, room *int) int {
	for i := range len(text) {
		if *room < sentSize(text[i]) {
			return i
		}
		*room -= sentSize(text[i])
	}
	return len(text)
}

// sentSize is how many bytes a byte of a text becomes at most.
func sentSize(c byte) int {
	switch {
	case c == '"', c == '\\':
		return 4
	case c < ' ': // \\u0001
		return 7
	case c == 0xE2: // begins U+2028 and U+2029, which are escaped as well
		return 5
	}
	return 1
}
