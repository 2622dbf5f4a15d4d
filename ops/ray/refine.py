#!/usr/bin/env python3
"""Runs a stage of Leat over a Parquet lake on Ray Data, and writes a lake with the same columns.

usage: refine.py STAGE INPUT OUTPUT [--rejected FOLDER] [--leat PROGRAM] [--workers N] [--set stage.key=value]… [--pipeline FILE]

STAGE is filter or tokenize. Each worker is an actor with one process of the stage, which lives as long as the worker: models are loaded once.
A record that the stage cannot handle fails the batch, with the record and the reason.
"""
import argparse
import json
import math
import subprocess
import threading

import pyarrow
import pyarrow.compute
import ray
from ray.data import ActorPoolStrategy

# The lake's columns that are fields of a Document (topics/schemas/document.proto), in the lake's order; between the two lists stands
# one nullable double for each measured value.
TEXT, DOUBLE, INTEGER = pyarrow.string(), pyarrow.float64(), pyarrow.int64()
LEADING = [
    ('id', TEXT), ('url', TEXT), ('text', TEXT), ('language', TEXT), ('language_script', TEXT), ('language_score', DOUBLE), ('date', TEXT),
    ('title', TEXT), ('author', TEXT), ('site', TEXT), ('dump', TEXT), ('file_path', TEXT), ('source_offset', INTEGER),
    ('source_digest', TEXT), ('token_count', INTEGER),
]
TRAILING = [('cluster_id', TEXT), ('cluster_size', INTEGER), ('lineage', TEXT)]
FIXED = {name for name, _ in LEADING + TRAILING}
# Of what a rule refused: null in rows of kept documents.
WHY = [('stage', TEXT), ('filter', TEXT), ('rule', TEXT), ('value', DOUBLE), ('threshold', DOUBLE), ('detail', TEXT)]


def document(row, signals):
    """A row of the lake as a Document in protobuf's JSON mapping."""
    def given(**fields):
        return {name: value for name, value in fields.items() if value is not None}

    stages = []
    for stamp in (row.get('lineage') or '').split():
        stage, _, rest = stamp.partition('@')
        build, _, configuration = rest.rpartition('#')
        stages.append({'stage': stage, 'build': build, 'configuration': configuration})
    message = given(
        id=row.get('id'), url=row.get('url'), text=row.get('text'), title=row.get('title'), author=row.get('author'), date=row.get('date'),
        site=row.get('site'))
    message['lineage'] = given(
        archive=row.get('file_path'), offset=row.get('source_offset'), payloadDigest=row.get('source_digest'), dump=row.get('dump'))
    message['lineage']['stages'] = stages
    message['signals'] = [{'name': name, 'value': number(row[name])} for name in signals if row.get(name) is not None]
    if row.get('language') is not None:
        message['language'] = given(code=row['language'], script=row.get('language_script'), score=number(row.get('language_score')))
    if row.get('cluster_id') is not None:
        message['cluster'] = {'id': row['cluster_id']}
    if row.get('token_count') is not None:
        message['tokens'] = {'count': row['token_count']}
    return message


def number(value):
    """JSON has no NaN and no infinities: protobuf writes them as text, and reads them so."""
    if value is None or math.isfinite(value):
        return value
    return 'NaN' if math.isnan(value) else 'Infinity' if value > 0 else '-Infinity'


def row(message, signals):
    """A Document as a row of the lake. protobuf leaves out empty fields."""
    language, lineage = message.get('language', {}), message.get('lineage', {})
    tokens = message.get('tokens')
    measured = {signal['name']: float(signal.get('value', 0)) for signal in message.get('signals', [])}
    stamps = [f"{stamp['stage']}@{stamp['build']}#{stamp['configuration']}" for stamp in lineage.get('stages', [])]
    values = [
        message['id'], message.get('url', ''), message.get('text', ''), language.get('code', ''), language.get('script'),
        float(language.get('score', 0)), message.get('date'), message.get('title'), message.get('author'), message.get('site'),
        lineage.get('dump'), lineage.get('archive'), int(lineage.get('offset', 0)), lineage.get('payloadDigest'),
        None if tokens is None else int(tokens.get('count', 0))]
    return values + [measured.get(name) for name in signals] + [message.get('cluster', {}).get('id'), None, ' '.join(stamps)]


class Stage:
    """One process of `leat stage NAME --stdio --tagged`: each line in gives one line out, in order."""

    def __init__(self, command, more_signals):
        self.command, self.more_signals = command, more_signals
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        signals = [field.name for field in batch.schema if field.type == DOUBLE and field.name not in FIXED]
        lines = [json.dumps(document(one, signals), ensure_ascii=False).encode() + b'\n' for one in batch.to_pylist()]
        # In a thread of its own: a process whose results nobody reads would stop reading.
        failures = []
        sender = threading.Thread(target=self.send, args=(lines, failures))
        sender.start()
        results = [self.receive() for _ in lines]
        sender.join()
        if failures:
            raise failures[0]
        return self.table(results, signals + [name for name in self.more_signals if name not in signals])

    def send(self, lines, failures):
        try:
            self.process.stdin.writelines(lines)
            self.process.stdin.flush()
        except OSError as error:
            failures.append(error)

    def receive(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f'{self.command} ended with status {self.process.wait()} before it had answered every record')
        result = json.loads(line)
        if 'dead' in result:
            raise RuntimeError(f"{self.command} could not handle a record: {result['dead'].get('error')}: {result['dead'].get('input', '')[:200]}")
        return result

    @staticmethod
    def table(results, signals):
        fields = LEADING + [(name, DOUBLE) for name in signals] + TRAILING + WHY
        rows = []
        for result in results:
            refused = result.get('rejection')
            if refused is None:
                rows.append(row(result['document'], signals) + [None] * len(WHY))
                continue
            why = [refused.get('stage'), refused.get('filter'), refused['rule'], float(refused.get('value', 0)),
                   float(refused.get('threshold', 0)), refused.get('detail')]
            rows.append(row(refused['document'], signals) + why)
        columns = list(zip(*rows)) if rows else [[] for _ in fields]
        return pyarrow.table({name: pyarrow.array(column, kind) for column, (name, kind) in zip(columns, fields)})

    def __del__(self):
        process = getattr(self, 'process', None)
        if process and process.poll() is None:
            process.stdin.close()
            process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('stage')
    parser.add_argument('input')
    parser.add_argument('output')
    parser.add_argument('--rejected', help='a folder for what rules refused: the lake\'s columns, and rule, value, threshold')
    parser.add_argument('--leat', default='leat', help='the program, as the workers find it')
    parser.add_argument('--workers', type=int, default=None, help='processes of the stage; default: one a core of the cluster')
    parser.add_argument('--batch-rows', type=int, default=1024)
    parser.add_argument('--set', action='append', default=[], metavar='stage.key=value')
    parser.add_argument('--pipeline', metavar='FILE', help='a recipe, as the workers find it')
    parser.add_argument('--add-signal', action='append', default=[], metavar='NAME', help='a column for a value that INPUT has no column for')
    options = parser.parse_args()

    command = [options.leat, 'stage', options.stage, '--stdio', '--tagged', '--quiet']
    for setting in options.set:
        command += ['--set', setting]
    if options.pipeline:
        command += ['--pipeline', options.pipeline]
    if not ray.is_initialized():
        ray.init()
    workers = options.workers or max(1, int(ray.cluster_resources().get('CPU', 1)))
    # The folder lang=en says what the column language says: it is no column of its own here.
    lake = ray.data.read_parquet(options.input, partitioning=None)
    results = lake.map_batches(
        Stage, batch_size=options.batch_rows, batch_format='pyarrow', compute=ActorPoolStrategy(size=workers),
        fn_constructor_kwargs={'command': command, 'more_signals': options.add_signal})
    if options.rejected:
        # Both outputs come from one pass.
        results = results.materialize()
    names = [name for name, _ in WHY]

    def kept(table):
        return with_folder(table.filter(pyarrow.compute.is_null(table['rule'])).drop_columns(names))

    def refused(table):
        return with_folder(table.filter(pyarrow.compute.is_valid(table['rule'])))

    results.map_batches(kept, batch_format='pyarrow').write_parquet(options.output, partition_cols=['lang'])
    if options.rejected:
        results.map_batches(refused, batch_format='pyarrow').write_parquet(options.rejected, partition_cols=['lang'])


def with_folder(table):
    """Adds the column that becomes the folder lang=en."""
    return table.append_column('lang', table['language'])


if __name__ == '__main__':
    main()
