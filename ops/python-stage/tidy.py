#!/usr/bin/env python3
"""An example of a stage in Python: takes lines out of a text that are no part of it, and refuses what is then too short.

usage: tidy.py --brokers HOST:PORT [--instance NAME] [--input TOPIC] [--output TOPIC] [-X name=value]…

Reads docs.extracted, writes docs.tidied, between Leat's stages extract and filter. Any number of instances, each with a name of its own
that it keeps over restarts. Stops by SIGTERM, after its last commit.
"""
import argparse
import hashlib
import re

from leat_stage import Reject, Runner, Stage

BOILERPLATE = re.compile(r'cookie|accept all|sign up for our newsletter|all rights reserved', re.IGNORECASE)
LONGEST_BOILERPLATE, SHORTEST_TEXT = 200, 500


def tidy(document):
    lines = document.text.split('\n')
    document.text = '\n'.join(line for line in lines if len(line) > LONGEST_BOILERPLATE or not BOILERPLATE.search(line)).strip()
    if len(document.text) < SHORTEST_TEXT:
        return Reject('too_short', value=len(document.text), threshold=SHORTEST_TEXT)
    return document


SETTINGS = f'{BOILERPLATE.pattern} {LONGEST_BOILERPLATE} {SHORTEST_TEXT}'
DIGEST = hashlib.sha256(SETTINGS.encode()).hexdigest()[:16]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--brokers', required=True)
    parser.add_argument('--instance', default='1')
    parser.add_argument('--input', default='docs.extracted')
    parser.add_argument('--output', default='docs.tidied')
    parser.add_argument('--commit-seconds', type=float, default=0.1)
    parser.add_argument('--commit-records', type=int, default=1000)
    parser.add_argument('-X', dest='properties', action='append', default=[], metavar='name=value', help='a property of librdkafka')
    options = parser.parse_args()
    properties = {'bootstrap.servers': options.brokers, **dict(one.split('=', 1) for one in options.properties)}
    stage = Stage('tidy', options.input, options.output, tidy, build='tidy-1', configuration=DIGEST)
    Runner(stage, options.instance, properties, options.commit_seconds, options.commit_records).run()


if __name__ == '__main__':
    main()
