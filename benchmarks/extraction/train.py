"""Trains the models on all labelled pages and writes them as Swift source, after crossval.py has said what they are worth.

usage: train.py LABELLED.pkl CROSSVAL_FOLDER ContentModelTables.swift
"""
import os, pickle, sys
import numpy as np
import compile_model, crossval, features


def main():
    labelled, folder, path = sys.argv[1:4]
    pages = pickle.load(open(labelled, 'rb'))
    scores = pickle.load(open(folder + '/scores.pkl', 'rb'))
    use = np.ones(len(pages), bool)
    crossval.prepare(pages)
    rows = crossval.rows_out_of_fold(pages, scores['kind'])
    kind = crossval.fit_kind(pages, use)
    first = crossval.fit(crossval.FIRST, crossval.stack(pages, use, rows), crossval.ROUNDS['first'])
    rows2 = [np.concatenate([r, features.second_rows(p, s)], 1) for p, r, s in zip(pages, rows, scores['first'])]
    second = crossval.fit(crossval.SECOND, crossval.stack(pages, use, rows2), crossval.ROUNDS['second'])
    classes, texts = features.learn_words(pages, use)
    tables = dict(markupWords=compile_model.words(classes), textWords=compile_model.words(texts),
                  pageTypes=compile_model.ensemble(kind), first=compile_model.ensemble(first),
                  second=compile_model.ensemble(second))
    compile_model.write(path, tables, 'train.py (README.md there has the steps)',
                        'Cross-validated word F1 ' + str(scores['figures']['ALL']) + ' on the labelled pages.')
    print({k: len(v) for k, v in tables.items()}, os.path.getsize(path))


if __name__ == '__main__':
    main()
