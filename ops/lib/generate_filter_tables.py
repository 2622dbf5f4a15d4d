#!/usr/bin/env python3
"""Writes the tables of Sources/Dataset/Filtering/Tables: character classes, exceptions and units of English words.

usage: generate_filter_tables.py SPACY_EN_JSON DATATROVE_TEXT_PY OUTPUT_FOLDER

SPACY_EN_JSON      the English tokenizer rules of spaCy 3.8.18 (MIT licence) as data: prefix, suffix, infix and url
                   patterns, exceptions with their parts, sentence marks
DATATROVE_TEXT_PY  datatrove/utils/text.py of datatrove 0.10.1 (Apache-2.0 licence): two sets of marks are read from it
Character properties are those of the Python that runs this (3.11, Unicode 14, made the committed tables), because the
reference verdicts were made with it.
"""
import ast
import json
import os
import re
import re._parser as parser
import sys
import unicodedata

CLASSES = ('prefix', 'suffix', 'infix', 'beforeFullStop', 'upper', 'beforeInnerStop', 'afterInnerStop', 'letter',
           'letterOrDigit', 'addressEnd', 'alphabetic', 'symbol', 'whiteSpace', 'punctuation', 'sentenceMark',
           'terminalMark', 'decimalDigit', 'wordCharacter')
LAST = 0x110000


def members(items):
    """The code points of one parsed character class without negation or categories."""
    found = set()
    for kind, value in items:
        if str(kind) == 'LITERAL':
            found.add(value)
        elif str(kind) == 'RANGE':
            found.update(range(value[0], value[1] + 1))
        else:
            sys.exit(f'unexpected {kind} in a character class: the rules have changed')
    return found


def alternatives(pattern):
    """The alternatives of a pattern as lists of parsed nodes, anchors and a common first node put back."""
    tree = [n for n in parser.parse(pattern) if str(n[0]) != 'AT']
    if len(tree) != 1 or str(tree[0][0]) != 'BRANCH':
        sys.exit('a pattern is no list of alternatives: the rules have changed')
    return [[n for n in branch if str(n[0]) != 'AT'] for branch in tree[0][1][1]]


def singles(branches):
    """The code points that are an alternative by themselves."""
    found = set()
    for branch in branches:
        if len(branch) == 1 and str(branch[0][0]) == 'LITERAL':
            found.add(branch[0][1])
        elif len(branch) == 1 and str(branch[0][0]) == 'IN':
            found |= members(branch[0][1])
    return found


def looks(branch, direction):
    """The classes inside the look-behind (-1) or look-ahead (1) of an alternative."""
    for kind, value in branch:
        if str(kind) == 'ASSERT' and value[0] == direction:
            return [members(v) for k, v in value[1] if str(k) == 'IN']
    return []


def literal_words(branch):
    """The literal strings of an alternative such as (?<=[0-9])(?:km|m|kg)$."""
    for kind, value in branch:
        if str(kind) == 'BRANCH':
            return [''.join(chr(v) for _, v in word) for word in value[1]]
        if str(kind) == 'SUBPATTERN':
            return literal_words(value[3])
    return []


def marks_of_datatrove(path):
    with open(path, encoding='utf8') as f:
        tree = ast.parse(f.read())
    space = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') in (
                'PUNCTUATION', 'TERMINAL_PUNCTUATION', 'PUNCTUATION_SET'):
            exec(compile(ast.Module([node], []), path, 'exec'), space)
    return {ord(c) for c in space['PUNCTUATION_SET']}, {ord(c) for c in space['TERMINAL_PUNCTUATION']}


def character_sets(rules, text_py):
    prefix, suffix, infix = (alternatives(rules[k]) for k in ('prefix', 'suffix', 'infix'))
    url = re.search(r'\[(?:[^\]\\]|\\.)*\](?=\{2,63\})', rules['url']).group()
    symbol, terminal = marks_of_datatrove(text_py)
    stop = [b for b in suffix if str(b[-1][0]) == 'LITERAL' and chr(b[-1][1]) == '.' and looks(b, -1)]
    by = {chr(b[1][1]): b for b in infix if len(b) == 3 and str(b[1][0]) == 'LITERAL'}
    hyphen = next(b for b in infix if len(b) == 3 and str(b[1][0]) in ('BRANCH', 'SUBPATTERN'))
    sets = {
        'prefix': singles(prefix), 'suffix': singles(suffix), 'infix': singles(infix),
        'beforeFullStop': next(looks(b, -1)[0] for b in stop if len(looks(b, -1)) == 1 and len(looks(b, -1)[0]) > 6),
        'upper': next(looks(b, -1)[0] for b in stop if len(looks(b, -1)) == 2),
        'beforeInnerStop': looks(by['.'], -1)[0], 'afterInnerStop': looks(by['.'], 1)[0],
        'letter': looks(by[','], 1)[0], 'letterOrDigit': looks(hyphen, -1)[0],
        'addressEnd': members(parser.parse(url)[0][1]),
        'symbol': symbol, 'terminalMark': terminal, 'sentenceMark': {ord(m) for m in rules['sentence_marks']}}
    assert looks(by[','], -1)[0] == looks(hyphen, 1)[0] == sets['letter']
    assert sets['letterOrDigit'] == sets['letter'] | set(range(48, 58))
    every = [chr(c) for c in range(LAST)]
    sets['alphabetic'] = {ord(c) for c in every if c.isalpha()}
    sets['whiteSpace'] = {ord(c) for c in every if c.isspace()}
    sets['punctuation'] = {ord(c) for c in every if unicodedata.category(c)[0] == 'P'}
    sets['decimalDigit'] = {ord(c) for c in every if unicodedata.category(c) == 'Nd'}
    sets['wordCharacter'] = {ord(c) for c in every if c.isalnum() or c == '_'}
    units = [w for b in suffix for w in literal_words(b)]
    return sets, units


def runs(sets):
    masks = [0] * LAST
    for bit, name in enumerate(CLASSES):
        for c in sets[name]:
            masks[c] |= 1 << bit
    kinds, out = {}, []
    for c in range(LAST):
        if c == 0 or masks[c] != masks[c - 1]:
            out.append(c << 11 | kinds.setdefault(masks[c], len(kinds)))
    assert len(kinds) < 2048
    return out, list(kinds)


def joins(rules):
    """Exceptions that the patterns would cut, as the parts that the patterns make of them."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from english_words import Splitter
    splitter, found = Splitter(rules), []
    for key in rules['exceptions']:
        if splitter.touches(key):
            parts = splitter.without_exceptions(key)
            if len(parts) > 1:
                found.append(parts)
    return found


HEAD = '''// Generated by ops/lib/generate_filter_tables.py: change that, not this.
// Sources: {source}
'''
SPACY = "the English tokenizer of spaCy 3.8.18 (Explosion AI, MIT licence)"
BOTH = SPACY + ",\n// the marks of datatrove 0.10.1 (Hugging Face, Apache-2.0 licence), and Unicode 14 by Python 3.11."


def numbers(values, width=10):
    lines = [', '.join(f'0x{v:x}' for v in values[i:i + width]) for i in range(0, len(values), width)]
    return ',\n        '.join(lines)


def rows(lines):
    assert all('"""' not in line and '"#' not in line for line in lines)
    return '\n'.join('        ' + line for line in lines)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding='utf8') as f:
        rules = json.load(f)
    sets, units = character_sets(rules, sys.argv[2])
    starts, kinds = runs(sets)
    with open(os.path.join(sys.argv[3], 'EnglishCharacterRuns.swift'), 'w', encoding='utf8') as f:
        f.write(HEAD.format(source=BOTH) + f'''
/// Runs of code points with the same classes: `start << 11 | index into kinds`; a run ends where the next starts.
enum EnglishCharacterRuns {{
    /// Distinct sets of classes, as `ScalarClasses.rawValue`.
    static let kinds: [UInt32] = [
        {numbers(kinds)},
    ]

    static let runs: [UInt32] = [
        {numbers(starts)},
    ]
}}
''')
    exceptions = [parts for key, parts in rules['exceptions'].items() if not any(c.isspace() for c in key)]
    assert all(''.join(rules['exceptions'][k]) == k for k in rules['exceptions'])
    with open(os.path.join(sys.argv[3], 'EnglishExceptionRows.swift'), 'w', encoding='utf8') as f:
        f.write(HEAD.format(source=SPACY + '.') + f'''
/// Strings that are words, or fixed rows of words, whatever the patterns say; one a line, words separated by a blank.
enum EnglishExceptionRows {{
    static let exceptions = #"""
{rows([' '.join(p) for p in exceptions])}
        """#

    /// Exceptions as the patterns would cut them: such neighbours are put together again.
    static let joins = #"""
{rows([' '.join(p) for p in joins(rules)])}
        """#

    /// What is cut off as a suffix after a digit: currencies and units.
    static let units = #"""
{rows(sorted(set(units)))}
        """#
}}
''')
    print(f'{len(starts)} runs, {len(kinds)} kinds, {len(exceptions)} exceptions, {len(units)} units')


if __name__ == '__main__':
    main()
