package sqlitestore

// fifo is a first-in, first-out queue. The zero value is empty.
type fifo[T any] struct {
	items []T
	head  int // items before it have been removed
}

func (f *fifo[T]) len() int { return len(f.items) - f.head }

func (f *fifo[T]) push(item T) {
	if f.head > 32 && f.head > len(f.items)/2 { // the first half is unused: move the rest to the front
		n := copy(f.items, f.items[f.head:])
		clear(f.items[n:])
		f.items, f.head = f.items[:n], 0
	}
	f.items = append(f.items, item)
}

// pop removes and returns the first item. The fifo must not be empty.
func (f *fifo[T]) pop() T {
	var none T
	item := f.items[f.head]
	f.items[f.head] = none
	f.head++
	if f.head == len(f.items) {
		f.items, f.head = f.items[:0], 0
	}
	return item
}

// remove removes the first item that matches and reports whether there was one.
func (f *fifo[T]) remove(match func(T) bool) bool {
	for i := f.head; i < len(f.items); i++ {
		if match(f.items[i]) {
			copy(f.items[i:], f.items[i+1:])
			clear(f.items[len(f.items)-1:])
			f.items = f.items[:len(f.items)-1]
			return true
		}
	}
	return false
}
