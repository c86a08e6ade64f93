package eventpattern

import (
	"github.com/thordata/webhook-integration/shared/jsonscan"
)

// members calls each for the members of the object at i, until it returns an error. at is where the key begins.
func (p *parser) members(i int, each func(key string, at, value int) error) error {
	for i = jsonscan.Space(p.src, i+1); p.src[i] != '}'; {
		end := p.skip.Value(p.src, i)
		value := jsonscan.Space(p.src, jsonscan.Space(p.src, end)+1)
		if err := each(p.text(i), i, value); err != nil {
			return err
		}
		i = p.next(value)
	}
	return nil
}

// elements calls each for the elements of the array at i, until it returns an error.
func (p *parser) elements(i int, each func(at int) error) error {
	for i = jsonscan.Space(p.src, i+1); p.src[i] != ']'; i = p.next(i) {
		if err := each(i); err != nil {
			return err
		}
	}
	return nil
}

// next returns where what follows the value at i begins: the next key or element, or the bracket that closes.
func (p *parser) next(i int) int {
	i = jsonscan.Space(p.src, p.skip.Value(p.src, i))
	if p.src[i] == ',' {
		i = jsonscan.Space(p.src, i+1)
	}
	return i
}

// text returns what the string at i spells.
func (p *parser) text(i int) string {
	return string(jsonscan.Unquote(p.src[i:p.skip.Value(p.src, i)]))
}
