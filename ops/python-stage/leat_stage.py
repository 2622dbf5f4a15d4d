"""A stage in Python between two of Leat's own, exactly once: what topics/schemas/README.md asks of one.

A stage is a function of a document: it returns the document (changed, or another one), or a Reject; what it throws becomes a dead letter.
Everything else is here: consume, transform, produce in transactions, with positions, order keys, progress marks and the ledger.
One thread; run more processes, each with an instance name of its own, to go faster.
"""
import dataclasses
import signal
import struct
import sys
import time
from typing import Callable, Union

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition

from document_pb2 import Document, Rejection, StageStamp

ORDER, MARK = 'leat-order', 'leat-mark'
PROGRESS, END = b'\x00', b'\x01'
LARGEST_RECORD_BYTES = 64 << 20
LEDGER_BYTES = 4000


@dataclasses.dataclass
class Reject:
    """A rule refuses the document: its name (no `;`, no `=`), what it measured, and the bound."""
    rule: str
    value: float = 0
    threshold: float = 0
    detail: str = ''


@dataclasses.dataclass
class Stage:
    """Names, topics and the function. `configuration` is a digest of all settings: it goes into each document's lineage."""
    name: str
    input: str
    output: str
    process: Callable[[Document], Union[Document, Reject]]
    build: str = '1'
    configuration: str = ''
    rejected: str = 'docs.rejected'

    @property
    def group(self):
        return 'leat-' + self.name

    @property
    def dead_letters(self):
        return self.name + '.dlq'


class Ledger(dict):
    """What became of an input partition's records, as the metadata of its committed position: `in=3;out=2;rejected=1;dead=0;rule:x=1;;`.

    librdkafka copies metadata without the zero byte that this client looks for at its end, so what is read may have anything behind it, even bytes
    that are no text. So the ledger says where it ends: with an empty field, which Leat passes over.
    """

    @classmethod
    def of(cls, position: TopicPartition):
        try:
            metadata = (position.metadata or '').encode()
        except UnicodeDecodeError as error:
            metadata = error.object
        return cls.read(metadata.split(b';;')[0].decode(errors='replace'))

    @classmethod
    def read(cls, text):
        ledger = cls({'in': 0, 'out': 0, 'rejected': 0, 'dead': 0})
        for field in text.split(';'):
            name, _, value = field.rpartition('=')
            if name and name != 'more' and value.lstrip('-').isdigit():
                ledger[name] = int(value)
        return ledger

    def count(self, *names):
        for name in names:
            self[name] = self.get(name, 0) + 1

    def text(self):
        sums = ['in', 'out', 'rejected', 'dead']
        text, left = ';'.join(f'{name}={self[name]}' for name in sums), 0
        for name in sorted(set(self) - set(sums)):
            field = f';{name}={self[name]}'
            if len((text + field).encode()) > LEDGER_BYTES:
                left += 1
            else:
                text += field
        return text + (f';more={left}' if left else '') + ';;'


class Task:
    """One input partition: how far it is handled, and what its output partition has been told."""

    def __init__(self, committed: TopicPartition):
        self.partition = committed.partition
        self.position = committed.offset if committed.offset >= 0 else OFFSET_BEGINNING
        self.ledger = Ledger.of(committed) if committed.offset >= 0 else Ledger.read('')
        # Order keys: their bytes compare as the keys do.
        self.handled = self.told = None
        self.is_dirty = False


class TaskLost(Exception):
    """The open transaction cannot be committed: it is taken back, and its records are read again."""


class Runner:
    def __init__(self, stage: Stage, instance: str, properties: dict, commit_seconds: float, commit_records: int):
        self.stage, self.commit_seconds, self.commit_records = stage, commit_seconds, commit_records
        self.consumer = Consumer({
            'auto.offset.reset': 'earliest', 'partition.assignment.strategy': 'cooperative-sticky', 'fetch.message.max.bytes': LARGEST_RECORD_BYTES,
            **properties,
            'group.id': stage.group,
            # The same name after a restart: it takes up its partitions at once, without waiting for the old one's session to end.
            'group.instance.id': instance,
            'enable.auto.commit': False,
            'isolation.level': 'read_committed'})
        self.producer = Producer({
            'compression.type': 'zstd', 'message.max.bytes': LARGEST_RECORD_BYTES, 'linger.ms': 5,
            **properties,
            # The same name after a restart: what the old process left open is aborted at once.
            'transactional.id': f'{stage.group}-{instance}'})
        self.tasks = {}
        self.is_open = False
        self.opened_at = 0.0
        self.records = 0
        self.delivery_error = None
        self.dead_letter_partitions = 1
        self.stop_requested = False

    # Life

    def run(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.request_stop)
        self.producer.init_transactions()
        self.dead_letter_partitions = self.partition_count(self.stage.dead_letters)
        if self.partition_count(self.stage.input) != self.partition_count(self.stage.output):
            raise SystemExit(f'{self.stage.input} and {self.stage.output} must have the same number of partitions')
        self.consumer.subscribe([self.stage.input], on_assign=self.assigned, on_revoke=self.revoked, on_lost=self.lost)
        try:
            while not self.stop_requested:
                try:
                    self.step()
                except TaskLost as error:
                    print(f'{self.stage.name}: {error}; reading those records again', file=sys.stderr, flush=True)
                    self.take_back()
            self.try_commit()
        finally:
            # A static member keeps its partitions over a restart, so leaving is for the group's timeout, or for the next start.
            self.consumer.close()

    def request_stop(self, *_):
        self.stop_requested = True

    def partition_count(self, topic):
        topics = self.producer.list_topics(topic, timeout=30).topics
        if topics[topic].error is not None:
            raise SystemExit(f'the topic {topic}: {topics[topic].error}; declare it, or make it with `leat topics create`')
        return len(topics[topic].partitions)

    def step(self):
        # One at a time: a rebalance is served inside poll, so no message can be in hand whose partition was just given up.
        message = self.consumer.poll(self.time_left())
        if message is not None:
            if message.error() is None:
                self.take(message)
            elif message.error().fatal() or not message.error().retriable():
                raise KafkaException(message.error())
        if self.delivery_error is not None:
            raise TaskLost(f'an output was not taken: {self.delivery_error}')
        if self.is_open and (self.time_left() <= 0 or self.records >= self.commit_records):
            self.commit()

    def time_left(self):
        return max(0.0, self.opened_at + self.commit_seconds - time.monotonic()) if self.is_open else 0.2

    # Partitions

    def assigned(self, consumer, partitions):
        positions = consumer.committed(partitions, timeout=60)
        for position in positions:
            if position.error is not None:
                raise KafkaException(position.error)
            self.tasks[position.partition] = Task(position)
        consumer.incremental_assign([TopicPartition(self.stage.input, p.partition, self.tasks[p.partition].position) for p in positions])

    def revoked(self, consumer, partitions):
        self.try_commit()
        for one in partitions:
            self.tasks.pop(one.partition, None)
        consumer.incremental_unassign(partitions)

    def lost(self, consumer, partitions):
        """Somebody else has them by now: what was begun for them must not be committed."""
        for one in partitions:
            self.tasks.pop(one.partition, None)
        self.take_back()

    def try_commit(self):
        try:
            self.commit()
        except TaskLost:
            self.take_back()

    # One record

    def take(self, message):
        task = self.tasks[message.partition()]
        self.open()
        headers = message.headers() or []
        order = dict(headers).get(ORDER)
        if order is None or len(order) != 20:
            order = struct.pack('>QIQ', max(0, message.timestamp()[1]), message.partition(), message.offset())
        mark = dict(headers).get(MARK) if message.key() is None and message.value() is None else None
        if mark is None:
            self.handle(task, message, headers, order)
        task.handled = max(task.handled or order, order)
        if mark == END:
            self.produce(self.stage.output, task.partition, None, None, [(ORDER, order), (MARK, END)])
            task.told = order
        task.position = message.offset() + 1
        task.is_dirty = True

    def handle(self, task, message, headers, order):
        try:
            document = Document.FromString(message.value() or b'')
            if not document.id:
                raise ValueError('the document has no id')
            stamp = StageStamp(stage=self.stage.name, build=self.stage.build, configuration=self.stage.configuration)
            result = self.stage.process(document)
            if isinstance(result, Reject):
                # As it came: whatever the function had changed by then is no part of the refusal.
                document = Document.FromString(message.value())
                document.lineage.stages.append(stamp)
                value = Rejection(stage=self.stage.name, filter=self.stage.name, rule=result.rule, value=result.value, threshold=result.threshold,
                                  detail=result.detail, document=document)
                topic, counted = self.stage.rejected, ('rejected', 'rule:' + result.rule)
            else:
                result.lineage.stages.append(stamp)
                value, topic, counted, document = result, self.stage.output, ('out',), result
            key, value = document.id.encode(), value.SerializeToString(deterministic=True)
        except Exception as error:  # pylint: disable=broad-except
            self.bury(message, headers, error)
            return task.ledger.count('in', 'dead')
        self.produce(topic, task.partition, key, value, [(ORDER, order)], message.timestamp()[1])
        if topic == self.stage.output:
            task.told = order
        task.ledger.count('in', *counted)

    def bury(self, message, headers, error):
        facts = {'leat-error': f'{type(error).__name__}: {error}'[:8192], 'leat-stage': self.stage.name, 'leat-build': self.stage.build,
                 'leat-source-topic': message.topic(), 'leat-source-partition': str(message.partition()),
                 'leat-source-offset': str(message.offset())}
        self.produce(self.stage.dead_letters, message.partition() % self.dead_letter_partitions, message.key(), message.value(),
                     headers + [(name, text.encode()) for name, text in facts.items()], message.timestamp()[1])

    def produce(self, topic, partition, key, value, headers, timestamp=0):
        while True:
            try:
                return self.producer.produce(topic, value=value, key=key, partition=partition, headers=headers, timestamp=max(0, timestamp),
                                             on_delivery=self.delivered)
            except BufferError:
                # The queue is full: let some of it go out.
                self.producer.poll(0.1)

    def delivered(self, error, _):
        if error is not None:
            self.delivery_error = error

    # The transaction

    def open(self):
        if not self.is_open:
            self.producer.begin_transaction()
            self.is_open, self.opened_at, self.records = True, time.monotonic(), 0
        self.records += 1
        self.producer.poll(0)

    def commit(self):
        """Outputs, marks and positions as one."""
        if not self.is_open:
            return
        dirty = [task for task in self.tasks.values() if task.is_dirty]
        for task in dirty:
            if task.told is None or task.told < task.handled:
                self.produce(self.stage.output, task.partition, None, None, [(ORDER, task.handled), (MARK, PROGRESS)])
                task.told = task.handled
        positions = [TopicPartition(self.stage.input, task.partition, task.position, metadata=task.ledger.text()) for task in dirty]
        try:
            self.insist(lambda: self.producer.send_offsets_to_transaction(positions, self.consumer.consumer_group_metadata(), 60))
            self.insist(lambda: self.producer.commit_transaction(60))
        except KafkaException as exception:
            if exception.args[0].txn_requires_abort():
                raise TaskLost(exception.args[0].str()) from exception
            # Fenced, or broken: the next start of this process puts it right.
            raise
        self.is_open = False
        for task in dirty:
            task.is_dirty = False

    @staticmethod
    def insist(call):
        """Repeats what may be repeated: a call that timed out goes on where it was."""
        while True:
            try:
                return call()
            except KafkaException as exception:
                if not exception.args[0].retriable():
                    raise

    def take_back(self):
        """Aborts the transaction, and goes back to the committed positions and ledgers of the partitions that are still here."""
        if self.is_open:
            self.insist(lambda: self.producer.abort_transaction(60))
            self.is_open = False
        self.delivery_error = None
        here = [TopicPartition(self.stage.input, number) for number in self.tasks]
        for position in self.consumer.committed(here, timeout=60) if here else []:
            task = self.tasks[position.partition] = Task(position)
            try:
                self.consumer.seek(TopicPartition(self.stage.input, task.partition, task.position))
            except KafkaException as exception:
                if exception.args[0].code() != KafkaError._STATE:  # pylint: disable=protected-access
                    raise
                # Assigned, but not read yet: reading will begin at the committed position.
