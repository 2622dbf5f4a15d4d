"""How the English patterns alone cut a string without white space: what generate_filter_tables.py needs for its joins."""
import re


class Splitter:
    def __init__(self, rules):
        self.prefix, self.suffix, self.infix = (re.compile(rules[k]) for k in ('prefix', 'suffix', 'infix'))
        self.url = re.compile(rules['url'], rules['url_flags'])

    def touches(self, text):
        """Whether any pattern finds something in it."""
        return any(p.search(text) for p in (self.prefix, self.suffix, self.infix))

    def without_exceptions(self, text):
        """The words the patterns make of `text`: affixes off from both ends, addresses whole, the rest cut at infixes."""
        front, back = [], []
        while text:
            head = self.prefix.match(text)
            first = head.end() if head else 0
            tail = self.suffix.search(text, 0) if not first else self.suffix.search(text[first:])
            last = len(tail.group()) if tail else 0
            if not first and not last:
                break
            if first:
                front.append(text[:first])
            if last:
                back.insert(0, text[-last:])
            text = text[first:len(text) - last]
        return front + self.middle(text) + back

    def middle(self, text):
        if not text:
            return []
        if self.url.match(text):
            return [text]
        cuts = [0]
        for found in self.infix.finditer(text):
            if found.start():
                cuts += found.span()
        cuts.append(len(text))
        return [text[a:b] for a, b in zip(cuts, cuts[1:]) if b > a]
