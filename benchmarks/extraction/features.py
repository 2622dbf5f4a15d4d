"""Features that training adds to the extractor's own: word weights and scores of a first model, learned out of fold."""
import collections
import numpy as np

# Columns of a row that the extractor fills from its word tables (BlockFeatures.swift), recomputed here out of fold.
TEXT_WEIGHTS = 21  # mean, lowest, highest; the same of long blocks; two of the heading; three of containers
LEVELS = 5
LEVEL_WIDTH = 10
FIRST_LEVEL = 32 + 7 + 18 + 6
WEIGHT_IN_LEVEL = 8
AFTER_LEVELS = FIRST_LEVEL + LEVELS * LEVEL_WIDTH  # parent, grandparent, chain sum, low, high


def folds_of(pages, count):
    """A fold for each page by a hash of its domain, so that no site is on both sides."""
    import zlib
    return np.array([zlib.crc32(p.truth['domain'].encode()) % 1000 * count // 1000 for p in pages])


def log_odds(sums, counts, prior, strength):
    p = (sums + prior * strength) / (counts + strength)
    return np.log(p / (1 - p)) - np.log(prior / (1 - prior))


def learn_words(pages, use):
    """Weights of class words and of first words of short blocks: log odds of being main content, a vote a page."""
    tables = [collections.defaultdict(lambda: [0.0, 0]) for _ in range(3)]
    base = [[], [], []]
    for page, used in zip(pages, use):
        if not used:
            continue
        known = ~np.isnan(page.target)
        if not known.any():
            continue
        weight = np.minimum(page.sizes, 40)
        share = collections.defaultdict(lambda: [0.0, 0.0])
        # class words: share of the text below such elements that is content
        below = np.zeros((len(page.parent), 2))
        for c, t, w, k in zip(page.container, page.target, weight, known):
            if k:
                below[c] += (t * w, w)
        for c in range(len(page.parent) - 1, 0, -1):
            below[page.parent[c]] += below[c]
        for c, words in enumerate(page.class_words):
            if below[c][1] > 0:
                for word in set(words):
                    share[word][0] += below[c][0]
                    share[word][1] += below[c][1]
        for word, (good, all_) in share.items():
            tables[0][word][0] += good / all_
            tables[0][word][1] += 1
        base[0].append(np.average(page.target[known], weights=weight[known] + 1e-9))
        for table, chosen, count in ((1, page.sizes <= 12, 12), (2, page.sizes > 12, 24)):
            share = collections.defaultdict(lambda: [0.0, 0.0])
            for i in np.flatnonzero(known & chosen):
                for word in set(page.first_words[i][:count]):
                    share[word][0] += page.target[i]
                    share[word][1] += 1
            for word, (good, all_) in share.items():
                tables[table][word][0] += good / all_
                tables[table][word][1] += 1
            if (known & chosen).any():
                base[table].append(page.target[known & chosen].mean())
    result = []
    for table, b, least in ((tables[0], base[0], 5), (tables[1], base[1], 6), (tables[2], base[2], 8)):
        prior = float(np.mean(b))
        weights = {}
        for word, (s, n) in table.items():
            if n >= least:
                value = round(16 * float(np.clip(log_odds(s, n, prior, 4.0), -4, 4)))
                if abs(value) >= 4:
                    weights[word] = value / 16
        result.append(weights)
    return result


def apply_words(page, rows, class_weights, text_weights, long_weights):
    """Writes the columns that depend on word weights, as LayoutContext.swift and BlockFeatures.swift do."""
    n = len(page.parent)
    own = np.zeros(n, np.float32)
    for c, words in enumerate(page.class_words):
        own[c] = max(-4.0, min(4.0, sum(class_weights.get(w, 0.0) for w in words)))
    total, low, high = np.zeros(n, np.float32), np.zeros(n, np.float32), np.zeros(n, np.float32)
    for c in range(1, n):
        p = page.parent[c]
        total[c] = total[p] * np.float32(0.8) + own[c]
        low[c] = min(low[p], own[c])
        high[c] = max(high[p], own[c])
    at = page.container
    for level in range(LEVELS):
        rows[:, FIRST_LEVEL + level * LEVEL_WIDTH + WEIGHT_IN_LEVEL] = own[at]
        at = page.grown[at]
    c = page.container
    p = page.parent[c]
    rows[:, AFTER_LEVELS] = own[p]
    rows[:, AFTER_LEVELS + 1] = own[page.parent[p]]
    rows[:, AFTER_LEVELS + 2] = total[c]
    rows[:, AFTER_LEVELS + 3] = low[c]
    rows[:, AFTER_LEVELS + 4] = high[c]
    evidence = np.zeros((len(rows), 6), np.float32)
    for i, words in enumerate(page.first_words):
        for at, table, chosen in ((0, text_weights, words[:12]), (3, long_weights, words)):
            values = [table.get(w, 0.0) for w in chosen]
            if values:
                evidence[i, at:at + 3] = sum(values) / len(values), min(0.0, min(values)), max(0.0, max(values))
    rows[:, TEXT_WEIGHTS:TEXT_WEIGHTS + 6] = evidence
    has = page.heading >= 0
    rows[:, TEXT_WEIGHTS + 6] = np.where(has, evidence[page.heading, 0], 0)
    rows[:, TEXT_WEIGHTS + 7] = np.where(has, evidence[page.heading, 1], 0)
    c = page.container
    for level in range(3):
        c = page.grown[c]
        rows[:, TEXT_WEIGHTS + 8 + level] = evidence[page.first_block[c], 0]


def second_rows(page, scores):
    """What the second model sees of the first one's scores (SecondLook.swift)."""
    n = len(scores)
    size = np.maximum(page.count, 1.0)
    mass = scores * size
    columns = [scores]
    padded = np.concatenate([np.full(4, -1.0), scores, np.full(4, -1.0)])
    for offset in (-4, -3, -2, -1, 1, 2, 3, 4):
        columns.append(padded[4 + offset:4 + offset + n])
    m, s = np.concatenate([[0], np.cumsum(mass)]), np.concatenate([[0], np.cumsum(size)])
    at = np.arange(n)
    for reach in (3, 8, 20):
        a, b = np.maximum(0, at - reach), np.minimum(n, at + reach + 1)
        columns.append((m[b] - m[a]) / (s[b] - s[a]))
    columns.append(m[at] / np.maximum(s[at], 1))
    columns.append((m[n] - m[at + 1]) / np.maximum(s[n] - s[at + 1], 1))
    below = np.zeros((len(page.parent), 3))
    np.add.at(below, page.container, np.stack([mass, size, np.ones(n)], 1))
    for c in range(len(page.parent) - 1, 0, -1):
        below[page.parent[c]] += below[c]
    level = page.container
    for _ in range(6):
        columns.append(below[level, 0] / np.maximum(below[level, 1], 1))
        columns.append(below[level, 0] / max(m[n], 1e-6))
        level = page.grown[level]
    family = np.zeros((page.family.max() + 1 if n else 0, 3))
    np.add.at(family, page.family, np.stack([mass, size, scores], 1))
    count = np.bincount(page.family) if n else np.zeros(0)
    columns.append(family[page.family, 0] / np.maximum(family[page.family, 1], 1))
    columns.append(family[page.family, 2] / np.maximum(count[page.family], 1))
    columns.append(np.full(n, m[n] / max(s[n], 1)))
    columns.append(np.full(n, m[n]))
    columns.append(np.full(n, scores.max() if n else 0))
    if n:
        columns.append(np.where(page.heading >= 0, scores[page.heading], -1))
        c = page.container
        for _ in range(3):
            c = page.grown[c]
            columns.append(scores[page.first_block[c]])
    return np.stack(columns, 1).astype(np.float32) if n else np.zeros((0, 35), np.float32)


LEAST_PROMISE = 0.3  # these four as in ContentCut.swift
LEAST_REPEATED_WORDS = 3  # a text of so many words is kept once
SHIFTS = (-3.0, -1.5, 0.0, 1.5, 3.0)
SHIFT_WEIGHTS = (0.1, 0.23, 0.34, 0.23, 0.1)


def decide(page, scores, shifts=SHIFTS):
    """Keeps the blocks that make the expected word F1 highest, over pages that are more or less content altogether."""
    n = len(scores)
    keep = np.zeros(n, bool)
    if n == 0:
        return keep
    order = np.argsort(-scores, kind='stable')
    size = page.count[order]
    p = np.clip(scores[order], 1e-6, 1 - 1e-6)
    odds = np.log(p / (1 - p))
    promise = 0.0
    for shift, weight in zip(shifts, SHIFT_WEIGHTS):
        hit = np.cumsum(size / (1 + np.exp(-odds - shift)))
        promise = promise + weight * 2 * hit / (np.cumsum(size) + hit[-1] + 1e-9)
    cut = int(np.argmax(promise))
    if promise[cut] >= LEAST_PROMISE:
        keep[order[:cut + 1]] = True
    seen = set()
    for i in np.flatnonzero(keep & (page.count >= LEAST_REPEATED_WORDS)):
        if page.text[i] in seen:
            keep[i] = False
        seen.add(page.text[i])
    return keep


def average(scores):
    """The mean of several models' log odds, as probabilities."""
    result = []
    for parts in zip(*scores):
        p = np.clip(parts, 1e-6, 1 - 1e-6)
        result.append(1 / (1 + np.exp(-np.mean(np.log(p / (1 - p)), 0))))
    return result
