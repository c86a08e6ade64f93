package template

import (
	"cmp"
	"slices"
	"strconv"
)

// trie holds the paths of a template, so that one pass over an event finds all of them. Node 0 is
// the event. Nodes are numbered in preorder: the descendants of node n are n+1 to nodes[n].end-1.
type trie struct {
	nodes   []node
	globals int32 // the node of globals, which is not part of the event; 0: unused
}

type node struct {
	end     int32
	keys    []edge           // by key, for objects
	byName  map[string]int32 // the same, if there are many
	indexes []edge           // by ascending index, for arrays
}

type edge struct {
	name  string
	index int
	node  int32
}

// many is the number of keys from which a map is faster than comparing each key.
const many = 9

// newTrie builds the trie of all placeholders. nodes[i] is the node of holes[i].
func newTrie(holes []hole) (t trie, nodes []int32) {
	order := make([]int, len(holes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return slices.Compare(holes[a].path, holes[b].path) })

	t.nodes = make([]node, 1, len(holes)+1)
	nodes = make([]int32, len(holes))
	var previous []string
	trail := make([]int32, 1, 8) // the nodes from the root to previous
	for _, i := range order {
		path := holes[i].path
		shared := commonPrefix(previous, path)
		t.close(trail[shared+1:])
		trail = trail[:shared+1]
		for _, name := range path[shared:] {
			trail = append(trail, t.grow(trail[len(trail)-1], name))
		}
		nodes[i] = trail[len(trail)-1]
		previous = path
	}
	t.close(trail)
	return t, nodes
}

func commonPrefix(a, b []string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// grow adds a node below parent.
func (t *trie) grow(parent int32, name string) int32 {
	id := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{})
	if parent == 0 && name == globals {
		t.globals = id
		return id
	}
	p := &t.nodes[parent]
	p.keys = append(p.keys, edge{name: name, node: id})
	if index, err := strconv.Atoi(name); err == nil && strconv.Itoa(index) == name && index >= 0 {
		p.indexes = append(p.indexes, edge{index: index, node: id})
	}
	return id
}

// close closes nodes to which no further path leads.
func (t *trie) close(ids []int32) {
	for _, id := range ids {
		n := &t.nodes[id]
		n.end = int32(len(t.nodes))
		slices.SortFunc(n.indexes, func(a, b edge) int { return cmp.Compare(a.index, b.index) })
		if len(n.keys) >= many {
			n.byName = make(map[string]int32, len(n.keys))
			for _, e := range n.keys {
				n.byName[e.name] = e.node
			}
		}
	}
}

// child returns the node of a key, or 0.
func (n *node) child(key []byte) int32 {
	if n.byName != nil {
		return n.byName[string(key)]
	}
	for i := range n.keys {
		if e := &n.keys[i]; e.name == string(key) {
			return e.node
		}
	}
	return 0
}
