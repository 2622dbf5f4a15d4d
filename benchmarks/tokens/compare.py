#!/usr/bin/env python3
"""Times Leat's tokenizers against their peers on the same texts, one thread, in one run; prints MB per CPU second and ratios.

usage: compare.py --leat TOKENS-BENCH --tokenizers DIR --texts FILE [--texts FILE ...] [--rounds N] [--only NAME ...]

--leat: the executable target tokens-bench (swift build -c release --product tokens-bench).
--tokenizers: the folder that ops/setup fills, .local/models/tokenizers.
--texts: JSON lines with a member "text", plain or .zst or .gz; several are several corpora.
Peers are taken as far as they can be imported: tiktoken, tokenizers, sentencepiece, rs_bpe (pip install --target DIR ...; PYTHONPATH=DIR).
Each round encodes every text once, with the peers in turn; the best round counts. Fails where token counts differ.
"""
import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
CL100K = (r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
          r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s")


def read_texts(path):
    if path.endswith('.zst'):
        data = subprocess.run(['zstd', '-dcq', path], stdout=subprocess.PIPE, check=True).stdout
    elif path.endswith('.gz'):
        data = gzip.open(path).read()
    else:
        data = open(path, 'rb').read()
    # NUL separates the texts in the file for Leat.
    texts = (json.loads(line).get('text') for line in data.splitlines() if line.strip())
    return [text.replace('\0', '') for text in texts if text]


def peers(folder):
    """(Leat's name, label, encode) for each peer that is here."""
    found = []
    try:
        import tiktoken
        import tiktoken.load
        for name, file, pattern in (('llama3', 'llama3/tokenizer.model', LLAMA3),
                                    ('cl100k_base', 'cl100k_base/cl100k_base.tiktoken', CL100K)):
            path = os.path.join(folder, file)
            if os.path.exists(path):
                encoding = tiktoken.Encoding(name, pat_str=pattern, special_tokens={},
                                             mergeable_ranks=tiktoken.load.load_tiktoken_bpe(path))
                found.append((name, 'tiktoken', encoding.encode_ordinary))
        path = os.path.join(folder, 'gpt2')
        if os.path.exists(path):
            ranks = tiktoken.load.data_gym_to_mergeable_bpe_ranks(path + '/vocab.bpe', path + '/encoder.json')
            pattern = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"
            encoding = tiktoken.Encoding('gpt2', pat_str=pattern, special_tokens={}, mergeable_ranks=ranks)
            found.append(('gpt2', 'tiktoken', encoding.encode_ordinary))
    except ImportError:
        print('tiktoken: not installed', file=sys.stderr)
    try:
        import tokenizers
        for name in ('hf_llama3', 'hf_deepseek'):
            path = os.path.join(folder, name, 'tokenizer.json')
            if os.path.exists(path):
                tokenizer = tokenizers.Tokenizer.from_file(path)
                found.append((name, 'tokenizers', lambda text, t=tokenizer: t.encode(text, add_special_tokens=False).ids))
    except ImportError:
        print('tokenizers: not installed', file=sys.stderr)
    try:
        import sentencepiece
        path = os.path.join(folder, 'mistral_v1', 'tokenizer.model')
        if os.path.exists(path):
            found.append(('mistral_v1', 'sentencepiece', sentencepiece.SentencePieceProcessor(model_file=path).encode))
    except ImportError:
        print('sentencepiece: not installed', file=sys.stderr)
    try:
        from rs_bpe.bpe import openai
        found.append(('cl100k_base', 'rs-bpe', openai.cl100k_base().encode))
    except ImportError:
        print('rs_bpe: not installed', file=sys.stderr)
    return found


def time_peer(encode, texts):
    tokens = 0
    start = time.thread_time()
    for text in texts:
        tokens += len(encode(text))
    return time.thread_time() - start, tokens


def time_leat(program, folder, path, name):
    line = subprocess.run([program, 'speed', folder, path, name, '1'], stdout=subprocess.PIPE, check=True, text=True).stdout
    result = json.loads(line)
    return result['seconds'], result['tokens']


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--leat', required=True)
    parser.add_argument('--tokenizers', required=True)
    parser.add_argument('--texts', action='append', required=True)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--only', nargs='*')
    arguments = parser.parse_args()
    known = [peer for peer in peers(arguments.tokenizers) if not arguments.only or peer[0] in arguments.only]
    failed = False
    for corpus in arguments.texts:
        texts = read_texts(corpus)
        size = sum(len(text.encode()) for text in texts)
        print(f'{corpus}: {len(texts)} texts, {size / 1e6:.2f} MB')
        with tempfile.NamedTemporaryFile(suffix='.texts') as file:
            file.write('\0'.join(texts).encode())
            file.flush()
            for name, label, encode in known:
                best = {'peer': float('inf'), 'leat': float('inf')}
                for _ in range(arguments.rounds):
                    seconds, their_tokens = time_peer(encode, texts)
                    best['peer'] = min(best['peer'], seconds)
                    seconds, tokens = time_leat(arguments.leat, arguments.tokenizers, file.name, name)
                    best['leat'] = min(best['leat'], seconds)
                note = '' if tokens == their_tokens else f'  DIFFERENT: {tokens} tokens, {label} {their_tokens}'
                failed |= bool(note)
                print(f'  {name:<12} leat {size / best["leat"] / 1e6:7.1f} MB/s   {label:<13} '
                      f'{size / best["peer"] / 1e6:6.1f} MB/s   ratio {best["peer"] / best["leat"]:5.1f}{note}')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
