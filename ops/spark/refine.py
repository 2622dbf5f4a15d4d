#!/usr/bin/env python3
"""Runs a stage of Leat over a Parquet lake on Spark, and writes a lake with the same columns.

usage: spark-submit refine.py STAGE INPUT OUTPUT [--rejected FOLDER] [--leat PROGRAM] [--set stage.key=value]… [--pipeline FILE]

STAGE is filter or tokenize, or a command line of your own that keeps to the form of `leat stage --stdio --tagged` (see README.md).
Each partition of INPUT is piped through one process of the stage, so the results are those of the streaming stage. A record that the
stage cannot handle fails the task, with the record's number and the reason in the executor's standard error.
"""
import argparse
import shlex

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

# The lake's columns that are fields of a Document (topics/schemas/document.proto), in the lake's order; `signals` stands for one
# nullable double for each measured value.
LEADING = [
    ('id', 'string'), ('url', 'string'), ('text', 'string'), ('language', 'string'), ('language_script', 'string'),
    ('language_score', 'double'), ('date', 'string'), ('title', 'string'), ('author', 'string'), ('site', 'string'), ('dump', 'string'),
    ('file_path', 'string'), ('source_offset', 'bigint'), ('source_digest', 'string'), ('token_count', 'bigint'),
]
TRAILING = [('cluster_id', 'string'), ('cluster_size', 'bigint'), ('lineage', 'string')]

DOCUMENT = '''struct<
    id: string, url: string, text: string, title: string, author: string, date: string, site: string,
    language: struct<code: string, script: string, score: double>,
    lineage: struct<archive: string, offset: string, payloadDigest: string, dump: string,
                    stages: array<struct<stage: string, build: string, configuration: string>>>,
    signals: array<struct<name: string, value: double>>,
    cluster: struct<id: string>, tokens: struct<count: string>>'''
RESULT = f'''
    document {DOCUMENT},
    rejection struct<stage: string, filter: string, rule: string, value: double, threshold: double, detail: string, document: {DOCUMENT}>'''


def present(test: str, *fields: Column) -> Column:
    """A message, where the column that says it is there is not null."""
    return F.when(F.col(test).isNotNull(), F.struct(*fields))


def documents(lake: DataFrame, signals: list) -> DataFrame:
    """One column, `json`: the Document of each row, in protobuf's JSON mapping. Null fields are left out."""
    there = set(lake.columns)
    # Columns that this lake does not have are null.
    for name, kind in LEADING + TRAILING:
        if name not in there:
            lake = lake.withColumn(name, F.lit(None).cast(kind))
    measured = F.array(*[F.struct(F.lit(name).alias('name'), F.col(f'`{name}`').alias('value')) for name in signals])
    stages = F.transform(
        F.filter(F.split('lineage', ' '), lambda stamp: stamp != ''),
        lambda stamp: F.struct(
            F.substring_index(stamp, '@', 1).alias('stage'),
            F.regexp_extract(stamp, '@(.*)#', 1).alias('build'),
            F.substring_index(stamp, '#', -1).alias('configuration')))
    document = F.struct(
        'id', 'url', 'text', 'title', 'author', 'date', 'site',
        present('language', F.col('language').alias('code'), F.col('language_script').alias('script'), F.col('language_score').alias('score'))
        .alias('language'),
        F.struct(
            F.col('file_path').alias('archive'), F.col('source_offset').alias('offset'), F.col('source_digest').alias('payloadDigest'),
            'dump', stages.alias('stages')).alias('lineage'),
        F.filter(measured, lambda signal: signal['value'].isNotNull()).alias('signals'),
        present('cluster_id', F.col('cluster_id').alias('id')).alias('cluster'),
        present('token_count', F.col('token_count').alias('count')).alias('tokens'))
    return lake.select(F.to_json(document).alias('json'))


def rows(results: DataFrame, document: str, signals: list, more: list) -> DataFrame:
    """The lake's columns of the documents in a column, and `more`. protobuf leaves out empty fields: numbers are then 0."""
    field = F.col(document)
    measured = F.map_from_entries(
        F.transform(field['signals'], lambda signal: F.struct(signal['name'], F.coalesce(signal['value'], F.lit(0.0)))))

    def text(value):
        return F.when(value != '', value)

    language = F.coalesce(field['language']['code'], F.lit(''))
    columns = [
        field['id'], F.coalesce(field['url'], F.lit('')), F.coalesce(field['text'], F.lit('')), language,
        text(field['language']['script']), F.coalesce(field['language']['score'], F.lit(0.0)), text(field['date']), text(field['title']),
        text(field['author']), text(field['site']), text(field['lineage']['dump']), text(field['lineage']['archive']),
        F.coalesce(field['lineage']['offset'].cast('bigint'), F.lit(0)), text(field['lineage']['payloadDigest']),
        F.when(field['tokens'].isNotNull(), F.coalesce(field['tokens']['count'].cast('bigint'), F.lit(0)))]
    stamps = F.transform(field['lineage']['stages'], lambda stamp: F.concat(stamp['stage'], F.lit('@'), stamp['build'], F.lit('#'), stamp['configuration']))
    trailing = [text(field['cluster']['id']), F.lit(None).cast('bigint'), F.coalesce(F.array_join(stamps, ' '), F.lit(''))]
    named = [column.alias(name) for column, (name, _) in zip(columns, LEADING)]
    named += [measured[name].alias(name) for name in signals]
    named += [column.alias(name) for column, (name, _) in zip(trailing, TRAILING)]
    # The lake's folders: lang=en.
    return results.where(field.isNotNull()).select(*named, *more, language.alias('lang'))


def run(spark: SparkSession, command: str, lake: DataFrame, signals: list) -> DataFrame:
    """Pipes a lake through a stage; one row for each record, with either `document` or `rejection`."""
    lines = documents(lake, signals).rdd.map(lambda row: row.json).pipe(command, checkCode=True)
    parsed = spark.createDataFrame(lines.map(lambda line: (line,)), 'line string')
    return parsed.select(F.from_json('line', RESULT, {'mode': 'FAILFAST'}).alias('result')).select('result.*')


def signal_columns(lake: DataFrame) -> list:
    """The lake's columns of measured values: its doubles beside the fixed ones."""
    fixed = {name for name, _ in LEADING + TRAILING}
    return [field.name for field in lake.schema.fields if isinstance(field.dataType, T.DoubleType) and field.name not in fixed]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('stage')
    parser.add_argument('input')
    parser.add_argument('output')
    parser.add_argument('--rejected', help='a folder for what rules refused: the lake\'s columns, and rule, value, threshold')
    parser.add_argument('--leat', default='leat', help='the program, as the executors find it')
    parser.add_argument('--set', action='append', default=[], metavar='stage.key=value')
    parser.add_argument('--pipeline', metavar='FILE', help='a recipe, as the executors find it')
    parser.add_argument('--add-signal', action='append', default=[], metavar='NAME', help='a column for a value that INPUT has no column for')
    options = parser.parse_args()

    command = [options.leat, 'stage', options.stage, '--stdio', '--tagged']
    for setting in options.set:
        command += ['--set', setting]
    if options.pipeline:
        command += ['--pipeline', options.pipeline]
    spark = SparkSession.builder.appName(f'leat {options.stage}').getOrCreate()
    # A value that was measured twice (by an earlier run of the stage, and by this one) counts as measured last.
    spark.conf.set('spark.sql.mapKeyDedupPolicy', 'LAST_WIN')
    lake = spark.read.parquet(options.input)
    signals = signal_columns(lake)
    wanted = signals + [name for name in options.add_signal if name not in signals]
    results = run(spark, shlex.join(command), lake, signals)
    if options.rejected:
        # Both outputs come from one pass.
        results = results.persist(StorageLevel.DISK_ONLY)
    rows(results, 'document', wanted, []).write.mode('errorifexists').partitionBy('lang').parquet(options.output)
    if options.rejected:
        why = [F.col('rejection.stage').alias('stage'), F.col('rejection.filter').alias('filter'), F.col('rejection.rule').alias('rule')]
        why += [F.coalesce(F.col('rejection.value'), F.lit(0.0)).alias('value'), F.coalesce(F.col('rejection.threshold'), F.lit(0.0)).alias('threshold')]
        why += [F.col('rejection.detail').alias('detail')]
        refused = results.withColumn('refused', F.col('rejection.document'))
        rows(refused, 'refused', wanted, why).write.mode('errorifexists').partitionBy('lang').parquet(options.rejected)
    spark.stop()


if __name__ == '__main__':
    main()
