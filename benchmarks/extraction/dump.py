"""Reads the dump that the extractor writes (FeatureDump.swift) and labels its blocks with the labelled texts."""
import ctypes, json, re
import numpy as np

CJK = '\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\uf900-\ufaff'
TOKEN = re.compile(f'[{CJK}]|[^\\W{CJK}]+')


class Page:
    pass


def read_dump(path, truths):
    data = open(path, 'rb').read()
    at = 0
    pages = []
    for truth in truths:
        length = int.from_bytes(data[at:at + 4], 'little')
        pages.append(read_page(data[at + 4:at + 4 + length], truth))
        at += 4 + length
    return pages


def read_page(raw, truth):
    page = Page()
    page.truth = truth
    blocks, width, page_width, containers = np.frombuffer(raw, '<u4', 4)
    at = 16
    page.page = np.frombuffer(raw, '<f4', page_width, at)
    at += 4 * int(page_width)
    if not blocks:
        width = 0
    page.rows = np.frombuffer(raw, '<f4', int(blocks) * int(width), at).reshape(int(blocks), int(width)) if blocks else np.zeros((0, 0), 'f4')
    at += 4 * int(blocks) * int(width)
    words = memoryview(raw)[at: at + (len(raw) - at) // 4 * 4].cast('I')
    i = 0
    page.container, page.family, page.heading, lengths, page.first_words = [], [], [], [], []
    for _ in range(blocks):
        n = words[i + 4]
        page.container.append(words[i])
        page.family.append(words[i + 1])
        page.heading.append(words[i + 2] - 1)
        lengths.append(words[i + 3])
        page.first_words.append(list(words[i + 5:i + 5 + n]))
        i += 5 + n
    page.parent, page.grown, page.first_block, page.class_words = [], [], [], []
    for _ in range(containers):
        n = words[i + 3]
        page.parent.append(words[i])
        page.grown.append(words[i + 1])
        page.first_block.append(words[i + 2])
        page.class_words.append(list(words[i + 4:i + 4 + n]))
        i += 4 + n
    at += 4 * i
    page.text = []
    for length in lengths:
        page.text.append(raw[at:at + length].decode('utf8', 'replace'))
        at += length
    page.container = np.array(page.container, int)
    page.family = np.array(page.family, int)
    page.parent = np.array(page.parent, int)
    page.grown = np.array(page.grown, int)
    page.first_block = np.array(page.first_block, int)
    page.heading = np.array(page.heading, int)
    return page


def fold(s):
    return re.sub(r'\s+', ' ', s or '').strip()


def label(page, library):
    """words: word ids of each block; counts: words of the labelled text; target: share of each block's words in it."""
    ids = {}
    page.words = [np.array([ids.setdefault(w.lower(), len(ids)) for w in TOKEN.findall(t)], np.int32) for t in page.text]
    page.sizes = np.array([len(w) for w in page.words], float)
    truth = page.truth
    n = len(page.text)
    if truth['text'] is not None:
        reference = np.array([ids.setdefault(w.lower(), len(ids)) for w in TOKEN.findall(truth['text'])], np.int32)
        page.reference = np.bincount(reference, minlength=len(ids)).astype(float)
        flat = np.concatenate(page.words) if n else np.zeros(0, np.int32)
        matched = np.zeros(len(flat), np.uint8)
        p32 = ctypes.POINTER(ctypes.c_int32)
        failed = library.align(flat.ctypes.data_as(p32), ctypes.c_int64(len(flat)), reference.ctypes.data_as(p32),
                               ctypes.c_int64(len(reference)), matched.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8)),
                               ctypes.c_int64(3_000_000_000))
        if failed:
            grams = {tuple(reference[i:i + 3]) for i in range(len(reference) - 2)}
            hit = [tuple(flat[i:i + 3]) in grams for i in range(len(flat) - 2)] + [False, False]
            for i, h in enumerate(hit):
                if h:
                    matched[i:i + 3] = 1
        ends = np.cumsum(page.sizes).astype(int)
        page.target = np.array([matched[e - int(s):e].mean() if s else np.nan for e, s in zip(ends, page.sizes)])
    else:
        page.reference = None
        page.target = np.full(n, np.nan)
        folded = [fold(t) for t in page.text]
        for value, snippets in ((1.0, truth['with']), (0.0, truth['without'])):
            for s in map(fold, snippets):
                for i, t in enumerate(folded):
                    if s and (s in t or (len(t) > 15 and t in s)):
                        page.target[i] = value
    return page


def word_f1(page, keep):
    if not keep.any():
        return float(page.reference.sum() == 0)
    found = np.bincount(np.concatenate([page.words[i] for i in np.flatnonzero(keep)]), minlength=len(page.reference))
    hit = np.minimum(found, page.reference).sum()
    return 2 * hit / (found.sum() + page.reference.sum()) if hit else 0.0


def load(dump_path, truth_path, library_path):
    truths = [json.loads(line) for line in open(truth_path)]
    library = ctypes.CDLL(library_path)
    return [label(page, library) for page in read_dump(dump_path, truths)]
