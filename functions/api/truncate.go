package api

// A Lambda function returns its response as a JSON string, so a text in the response is quoted
// twice: a quotation mark becomes four bytes.

// fitting returns how many bytes of text fit into room, and subtracts their size from it.
func fitting(text string, room *int) int {
	for i := range len(text) {
		if *room < sentSize(text[i]) {
			return i
		}
		*room -= sentSize(text[i])
	}
	return len(text)
}

// sentSize returns the maximum size of a byte in a response.
func sentSize(c byte) int {
	switch {
	case c == '"', c == '\\':
		return 4
	case c < ' ': // becomes \\u0001
		return 7
	case c == 0xE2: // first byte of U+2028 and U+2029, which are escaped
		return 5
	}
	return 1
}
