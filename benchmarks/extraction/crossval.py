"""Cross-validates the two models by site and writes what was learned out of fold. See README.md for the whole run.

usage: crossval.py LABELLED.pkl OUT_FOLDER
"""
import json, os, pickle, sys, time
import numpy as np
import lightgbm as lgb
import features
from dump import word_f1

TYPES = ['article', 'documentation', 'forum', 'listing', 'collection', 'product', 'service']
FOLDS = int(os.environ.get('FOLDS', '4'))
THREADS = int(os.environ.get('THREADS', '1'))
COMMON = dict(objective='cross_entropy', feature_fraction=0.4, bagging_fraction=0.7, bagging_freq=1, lambda_l2=5.0, max_bin=63,
              verbose=-1, num_threads=THREADS, seed=7, deterministic=True, force_row_wise=True)


class Model:
    """One of the pairs of models whose verdicts are averaged: `uncommon` is how much more pages that are no articles weigh."""

    def __init__(self, name, uncommon, first, first_rounds, second, second_rounds):
        self.name, self.uncommon = name, uncommon
        self.first, self.first_rounds = dict(COMMON, **first), first_rounds
        self.second, self.second_rounds = dict(COMMON, **second), second_rounds


MODELS = [
    Model('wide', 1, dict(num_leaves=31, max_depth=8, learning_rate=0.1, min_data_in_leaf=60), 120,
          dict(num_leaves=24, max_depth=8, learning_rate=0.1, min_data_in_leaf=120), 80),
    Model('narrow', 2, dict(num_leaves=16, max_depth=6, learning_rate=0.07, min_data_in_leaf=100), 150,
          dict(num_leaves=12, max_depth=5, learning_rate=0.07, min_data_in_leaf=120), 80),
]
KIND = dict(objective='multiclass', num_class=len(TYPES), num_leaves=8, learning_rate=0.06, min_data_in_leaf=8,
            feature_fraction=0.4, bagging_fraction=0.8, bagging_freq=1, lambda_l2=3.0, max_bin=63, verbose=-1,
            num_threads=THREADS, seed=7, deterministic=True, force_row_wise=True)
KIND_ROUNDS = 50
# Divides the rounds, to try the steps out.
HASTE = int(os.environ.get('HASTE', 1))


def weights_of(page):
    """A page weighs the same whatever its length; in it, a block weighs by its words, short ones a little more."""
    w = np.minimum(page.sizes, 200) ** 0.75 + 0.3
    known = ~np.isnan(page.target)
    w = w * known
    if page.reference is None:
        return w * 12 / max(1.0, 12 * known.sum()) * 20
    return w / max(w.sum(), 1e-9) * 100


def stack(pages, use, rows, uncommon=1):
    x = np.concatenate([r for r, u in zip(rows, use) if u])
    y = np.concatenate([p.target for p, u in zip(pages, use) if u])
    w = np.concatenate([p.weight * (1 if p.truth['type'] in ('article', 'mixed') else uncommon) for p, u in zip(pages, use) if u])
    known = (w > 0) & ~np.isnan(y)
    # Long pages have thousands of blocks: keep a share of theirs, weighed up, so that training stays quick.
    n = np.concatenate([np.full(len(p.target), max(1.0, len(p.target) / 250)) for p, u in zip(pages, use) if u])
    known &= np.random.default_rng(7).random(len(y)) * n < 1
    w = w * n
    return lgb.Dataset(x[known], y[known], weight=w[known], free_raw_data=True)


def fit(parameters, data, rounds):
    return lgb.train(parameters, data, num_boost_round=max(1, rounds // HASTE))


def fit_kind(pages, use):
    x = [p.page for p, u in zip(pages, use) if u and p.truth['type'] in TYPES]
    y = [TYPES.index(p.truth['type']) for p, u in zip(pages, use) if u and p.truth['type'] in TYPES]
    count = np.bincount(y, minlength=len(TYPES))
    w = [(len(y) / len(TYPES) / count[k]) ** 0.5 for k in y]
    return fit(KIND, lgb.Dataset(np.array(x), y, weight=w), KIND_ROUNDS)


def prepare(pages):
    for p in pages:
        p.weight = weights_of(p) if len(p.text) else np.zeros(0)
        p.count = p.rows[:, 0].astype(float) if len(p.text) else np.zeros(0)


def rows_out_of_fold(pages, kind):
    """The extractor's rows, with word weights learned without the page's fold and the page's out-of-fold type scores."""
    fold = features.folds_of(pages, FOLDS)
    width = max(p.rows.shape[1] for p in pages)
    rows = [None] * len(pages)
    for k in range(FOLDS):
        tables = features.learn_words(pages, fold != k)
        for i in np.flatnonzero(fold == k):
            r = pages[i].rows.copy() if len(pages[i].text) else np.zeros((0, width), np.float32)
            if len(r):
                features.apply_words(pages[i], r, *tables)
            # the extractor puts the page's scores before the last twelve columns
            scores = np.repeat(kind[i:i + 1].astype(np.float32), len(r), 0)
            rows[i] = np.concatenate([r[:, :-12], scores, r[:, -12:]], 1)
    return rows


def score(pages, keeps):
    by = {}
    for p, k in zip(pages, keeps):
        if p.reference is None:
            continue
        f = word_f1(p, k)
        by.setdefault(p.truth['type'], []).append(f)
        by.setdefault('ALL', []).append(f)
    return {k: round(float(np.mean(v)), 4) for k, v in sorted(by.items())}


def write_predictions(pages, keeps, path):
    with open(path, 'w') as f:
        for p, k in zip(pages, keeps):
            text = '\n\n'.join(t for t, x in zip(p.text, k) if x)
            f.write(json.dumps({'id': p.truth['id'], 'text': text}) + '\n')


def out_of_fold(pages, rows, fold, parameters, rounds, uncommon):
    """Scores of all blocks, each from a model that has not seen the block's site."""
    scores = [None] * len(pages)
    for k in range(FOLDS):
        model = fit(parameters, stack(pages, fold != k, rows, uncommon), rounds)
        for i in np.flatnonzero(fold == k):
            scores[i] = model.predict(rows[i]) if len(rows[i]) else np.zeros(0)
    return scores


def figures(pages, scores):
    return score(pages, [features.decide(p, s) for p, s in zip(pages, scores)])


def main():
    pages = pickle.load(open(sys.argv[1], 'rb'))
    out = sys.argv[2]
    os.makedirs(out, exist_ok=True)
    start = time.time()

    def say(*what):
        print(f'{time.time() - start:6.0f} s', *what, flush=True)

    prepare(pages)
    fold = features.folds_of(pages, FOLDS)
    kind = np.zeros((len(pages), len(TYPES)))
    for k in range(FOLDS):
        model = fit_kind(pages, fold != k)
        kind[fold == k] = model.predict(np.array([p.page for p in pages])[fold == k])
    typed = [i for i, p in enumerate(pages) if p.truth['type'] in TYPES]
    say('page type right:', np.mean([TYPES[kind[i].argmax()] == pages[i].truth['type'] for i in typed]))

    rows = rows_out_of_fold(pages, kind)
    say('rows', max(r.shape[1] for r in rows))
    fold = features.folds_of(pages, FOLDS)
    first, second = {}, {}
    for model in MODELS:
        first[model.name] = out_of_fold(pages, rows, fold, model.first, model.first_rounds, model.uncommon)
        say(model.name, 'first', figures(pages, first[model.name]))
        looks = [np.concatenate([r, features.second_rows(p, s)], 1) for p, r, s in zip(pages, rows, first[model.name])]
        second[model.name] = out_of_fold(pages, looks, fold, model.second, model.second_rounds, model.uncommon)
        say(model.name, 'second', figures(pages, second[model.name]))
    final = features.average([second[m.name] for m in MODELS])
    result = figures(pages, final)
    say('both', result)
    pickle.dump(dict(kind=kind, first=first, figures=result), open(out + '/scores.pkl', 'wb'))
    write_predictions(pages, [features.decide(p, s) for p, s in zip(pages, final)], out + '/crossval.jsonl')


if __name__ == '__main__':
    main()
