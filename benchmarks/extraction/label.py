"""Labels the blocks of a feature dump. usage: label.py features.bin truth.jsonl align.so labelled.pkl"""
import pickle, sys
import numpy as np
import dump


def main():
    pages = dump.load(*sys.argv[1:4])
    pickle.dump(pages, open(sys.argv[4], 'wb'), protocol=4)
    best = [dump.word_f1(p, np.nan_to_num(p.target) >= 0.5) for p in pages if p.reference is not None]
    print(len(pages), 'pages; word F1 of the labels themselves', round(float(np.mean(best)), 4))


if __name__ == '__main__':
    main()
