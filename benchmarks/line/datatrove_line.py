#!/usr/bin/env python3
"""Runs datatrove's line over archives in one process and prints what it cost, as one JSON object.

usage: datatrove_line.py --model lid.176.ftz ARCHIVE…        (PYTHONPATH: the folder with datatrove 0.10.1, see requirements.txt)

The line is that of datatrove's own examples/fineweb.py, as far as Leat's recipe has the same: WarcReader, URLFilter, Trafilatura
(favour_precision), LanguageFilter (English, 0.65), GopherRepetition, GopherQuality, C4 (without its rule of end marks), FineWeb. Words and
sentences are spaCy's blank English, as datatrove takes them. Nothing is written, no duplicates are sought, nothing is tokenized.

Time is counted from the first record to the last, processor time with that of the child process in which datatrove extracts; imports,
models and spaCy are loaded before. Two things are changed so that it runs without a network: the language model is the file given (datatrove
fetches the larger lid.176.bin), and the list of public suffixes is the one in the package tldextract.
"""
import argparse
import json
import os
import resource
import sys
import tempfile
import time


def processor_seconds():
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    return total


def offline(model):
    """Points datatrove at local files."""
    import datatrove.utils.lid as lid
    import tldextract
    lid.cached_asset_path_or_download = lambda *arguments, **named: model
    original = tldextract.TLDExtract
    tldextract.TLDExtract = lambda *arguments, **named: original(*arguments, suffix_list_urls=(), **named)


def steps(folder):
    from datatrove.pipeline.extractors import Trafilatura
    from datatrove.pipeline.filters import (C4QualityFilter, FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter,
                                            LanguageFilter, URLFilter)
    from datatrove.pipeline.readers import WarcReader
    return [
        WarcReader(folder),
        URLFilter(),
        Trafilatura(favour_precision=True, timeout=10),
        LanguageFilter(languages=['en'], language_threshold=0.65),
        GopherRepetitionFilter(),
        GopherQualityFilter(),
        C4QualityFilter(filter_no_terminal_punct=False),
        FineWebQualityFilter(),
    ]


class Counted:
    """A step that counts what it passes on, and times nothing."""

    def __init__(self, step):
        self.step = step
        self.passed = 0

    def run(self, data):
        for document in self.step.run(data, 0, 1):
            self.passed += 1
            yield document


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', required=True)
    parser.add_argument('archive', nargs='+')
    arguments = parser.parse_args()
    offline(os.path.abspath(arguments.model))
    import trafilatura  # noqa: F401  datatrove's child process would otherwise fail once a page, and say so nowhere
    from datatrove.data import Document
    from loguru import logger
    logger.remove()
    with tempfile.TemporaryDirectory() as folder:
        for number, archive in enumerate(arguments.archive):
            os.symlink(os.path.abspath(archive), os.path.join(folder, f'{number:04d}-{os.path.basename(archive)}'))
        line = [Counted(step) for step in steps(folder)]
        # Loads models and segmentation before the clock starts.
        english = Document(text='This is a sentence about nothing much. ' * 60, id='0', metadata={'url': 'https://example.org/'})
        for step in line[1:2] + line[3:]:
            list(step.step.run(iter([english])))
        began, spent = time.monotonic(), processor_seconds()
        data = None
        for step in line:
            data = step.run(data)
        kept = sum(1 for _ in data)
        seconds = time.monotonic() - began
        cpu_seconds = processor_seconds() - spent
    if not line[2].passed:
        sys.exit('datatrove extracted no page: are all packages of requirements.txt there?')
    json.dump({
        'pages': line[0].passed, 'kept': kept, 'seconds': seconds, 'cpuSeconds': cpu_seconds,
        'passed': {type(step.step).__name__: step.passed for step in line},
        'peakResidentBytes': 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss),
    }, sys.stdout)
    print()


if __name__ == '__main__':
    main()
