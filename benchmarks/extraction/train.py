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
    classes, texts, long_texts = features.learn_words(pages, use)
    tables = dict(markupWords=compile_model.words(classes), textWords=compile_model.words(texts),
                  longTextWords=compile_model.words(long_texts),
                  pageTypes=compile_model.ensemble(crossval.fit_kind(pages, use)))
    for model in crossval.MODELS:
        first = crossval.fit(model.first, crossval.stack(pages, use, rows, model.uncommon), model.first_rounds)
        looks = [np.concatenate([r, features.second_rows(p, s)], 1) for p, r, s in zip(pages, rows, scores['first'][model.name])]
        second = crossval.fit(model.second, crossval.stack(pages, use, looks, model.uncommon), model.second_rounds)
        tables[model.name + 'First'] = compile_model.ensemble(first)
        tables[model.name + 'Second'] = compile_model.ensemble(second)
    compile_model.write(path, tables, 'train.py (README.md there has the steps)',
                        'Cross-validated word F1 by site: ' + ', '.join(f'{k} {v:.3f}' for k, v in scores['figures'].items()))
    print({k: len(v) for k, v in tables.items()}, os.path.getsize(path))


if __name__ == '__main__':
    main()
