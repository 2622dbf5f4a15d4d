"""What ops/lib/check-clients and the scripts of ops/torture drive clients with: the server under test, a connection by hand, makers of confluent-kafka clients, and kcat."""
import collections
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATIENCE_SECONDS = 40
PARTITIONS = 4
SETTINGS = {
    'num.partitions': PARTITIONS,
    'group.initial.rebalance.delay.ms': 0,
    'group.consumer.min.heartbeat.interval.ms': 500,
    'group.consumer.heartbeat.interval.ms': 500,
}


def load_clients(needs_kcat=True):
    """Makes confluent_kafka importable; returns the folder it lies in. Ends the program where it cannot."""
    folder = os.environ.get('LEAT_CLIENTS') or os.path.join(ROOT, '.local', 'clients')
    if not os.path.isdir(os.path.join(folder, 'confluent_kafka')):
        fetch = os.path.join(ROOT, 'ops', 'lib', 'fetch_artifacts.py')
        done = subprocess.run([sys.executable, fetch, os.path.dirname(folder), 'clients'], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f'cannot fetch confluent-kafka: {done.stdout}{done.stderr}')
    sys.path.insert(0, folder)
    try:
        import confluent_kafka  # noqa: F401
    except ImportError as error:
        print(f'confluent-kafka in {folder} does not load ({error}): it is built for Python 3.11', file=sys.stderr)
        sys.exit(2)
    if needs_kcat and not shutil.which('kcat'):
        print('there is no kcat: run ops/setup', file=sys.stderr)
        sys.exit(2)
    return folder


class Failure(Exception):
    """What was expected and what was found, for people."""


def expect(condition, text):
    if not condition:
        raise Failure(text)


def expect_equal(found, expected, what):
    if found != expected:
        raise Failure(f'{what}: expected {str(expected)[:400]}, found {str(found)[:400]}')


def wait_until(step, what, seconds=PATIENCE_SECONDS):
    """Calls step, which itself waits a little, until it returns something true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = step()
        if result:
            return result
    raise Failure(f'{what}: not within {seconds} s')


# Ports that were given out, so that two servers of one run never get the same.
taken_ports = set()


def free_port():
    while True:
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        if port not in taken_ports:
            taken_ports.add(port)
            return port


class Server:
    """leat serve on a data folder of its own; it can be killed and started again."""

    def __init__(self, leat, data, tls=None, arguments=(), environment=None, log_path=None):
        self.leat, self.data, self.tls, self.arguments = leat, data, tls, list(arguments)
        self.environment = {**os.environ, **(environment or {})}
        self.port = free_port()
        self.address = f'127.0.0.1:{self.port}'
        self.secure_address = f'127.0.0.1:{free_port()}' if tls else None
        self.log_path = log_path or data + '.log'
        self.process = None

    def start(self):
        command = [self.leat, 'serve', '--data', self.data, '--listen', self.address, '--verbose']
        if self.tls:
            command += ['--listen', 'SASL_SSL://' + self.secure_address, '--tls-certificate', self.tls[0], '--tls-key', self.tls[1]]
        for key, value in SETTINGS.items():
            command += ['--set', f'{key}={value}']
        with open(self.log_path, 'ab') as log:
            self.process = subprocess.Popen(command + self.arguments, stdout=log, stderr=log, env=self.environment)
        wait_until(self.answers, f'leat serve on {self.address}')
        return self

    def answers(self):
        expect(self.process.poll() is None, f'leat serve ended with status {self.process.poll()}: {self.log()}')
        try:
            with Wire(self.port) as wire:
                return wire.api_versions() is not None
        except OSError:
            time.sleep(0.02)
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise Failure(f'leat serve did not stop within {PATIENCE_SECONDS} s of SIGTERM')

    def log(self):
        with open(self.log_path, 'rb') as file:
            return file.read()[-2000:].decode('utf8', 'replace')


class Wire:
    """A connection by hand: frames of a four-byte length (big-endian), then API key, version, correlation id and client id."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @staticmethod
    def frame(key, version, correlation, body=b''):
        header = struct.pack('>hhih', key, version, correlation, 5) + b'check'
        return struct.pack('>i', len(header) + len(body)) + header + body

    def send(self, data):
        self.socket.sendall(data)

    def exactly(self, count):
        data = b''
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError('closed by the server')
            data += piece
        return data

    def receive(self):
        return self.exactly(struct.unpack('>i', self.exactly(4))[0])

    def api_versions(self, correlation=7):
        """The version range of each API, as ApiVersions 0 tells it."""
        self.send(self.frame(18, 0, correlation))
        return self.parse_api_versions(self.receive(), correlation)

    @staticmethod
    def parse_api_versions(answer, correlation, error=0):
        found, code, count = struct.unpack_from('>ihi', answer)
        expect_equal((found, code), (correlation, error), 'correlation id and error code of ApiVersions')
        expect_equal(len(answer), 10 + 6 * count, 'bytes of an ApiVersions 0 answer')
        return {key: (low, high) for key, low, high in (struct.unpack_from('>hhh', answer, 10 + 6 * i) for i in range(count))}

    def is_closed(self):
        """Waits for the server to end the connection."""
        try:
            return self.socket.recv(65536) == b''
        except ConnectionError:
            return True


class Clients:
    """Makers of confluent-kafka clients against one address."""

    def __init__(self, address, extra=None):
        self.common = {'bootstrap.servers': address, 'broker.address.family': 'v4', 'reconnect.backoff.ms': 50, 'reconnect.backoff.max.ms': 200,
                       'log_level': 0, **(extra or {})}

    def admin(self):
        from confluent_kafka.admin import AdminClient
        return AdminClient(self.common)

    def make_topic(self, name, partitions=PARTITIONS, **config):
        from confluent_kafka.admin import NewTopic
        admin = self.admin()
        for result in admin.create_topics([NewTopic(name, partitions, 1, config=config)]).values():
            result.result(PATIENCE_SECONDS)

    def producer(self, **options):
        from confluent_kafka import Producer
        return Producer({**self.common, 'linger.ms': 5, **options})

    def consumer(self, group, **options):
        from confluent_kafka import Consumer
        return Consumer({**self.common, 'group.id': group, 'auto.offset.reset': 'earliest', 'enable.auto.commit': False, 'fetch.wait.max.ms': 100,
                         **options})

    def everything(self, topic, partitions=PARTITIONS, **options):
        """All messages of a topic up to its present ends, by partition."""
        from confluent_kafka import KafkaError, TopicPartition
        consumer = self.consumer('everything', **{'enable.partition.eof': True, **options})
        consumer.assign([TopicPartition(topic, p, 0) for p in range(partitions)])
        found, ended = collections.defaultdict(list), set()

        def step():
            for message in consumer.consume(1000, 0.2):
                if message.error() is None:
                    found[message.partition()].append(message)
                elif message.error().code() == KafkaError._PARTITION_EOF:
                    ended.add(message.partition())
                else:
                    raise Failure(f'reading {topic}: {message.error()}')
            return len(ended) == partitions
        wait_until(step, f'the end of {topic}')
        consumer.close()
        return found


def flush(producer, what='delivery'):
    expect_equal(producer.flush(PATIENCE_SECONDS), 0, f'messages still waiting for {what}')


def raise_on_error(error, message):
    if error is not None:
        raise Failure(f'delivery to {message.topic()} failed: {error}')


def kcat(address, *arguments, stdin=None, status=0):
    done = subprocess.run(['kcat', '-b', address, '-X', 'broker.address.family=v4', *arguments], input=stdin, capture_output=True,
                          timeout=PATIENCE_SECONDS)
    if status is not None:
        expect_equal(done.returncode, status, f'status of kcat {" ".join(arguments)}: {done.stderr[-500:]!r}')
    return done


def kcat_read(address, topic, *options):
    """(partition, offset, key, value) of every record, by lengths, so that any byte may stand in them; None for null."""
    output = kcat(address, '-C', '-q', '-e', '-t', topic, '-o', 'beginning', '-f', '%p %o %K %S|%k%s', *options).stdout
    found, at = [], 0
    while at < len(output):
        bar = output.index(b'|', at)
        partition, offset, key_length, value_length = map(int, output[at:bar].split())
        at = bar + 1
        key = None if key_length < 0 else output[at:at + key_length]
        at += max(key_length, 0)
        value = None if value_length < 0 else output[at:at + value_length]
        at += max(value_length, 0)
        found.append((partition, offset, key, value))
    return found


def some_records(count, seed):
    """Keys and values of every kind of length and byte: empty, null, short, text, noise, 200 kB."""
    source = random.Random(seed)
    records = [(None, b''), (b'', b'empty key'), (b'deleted', None), (b'\0|\n', bytes(range(256))), (b'noise', source.randbytes(200_000)),
               (b'text', 'ä漢 '.encode() * 20_000)]
    while len(records) < count:
        records.append((b'%d' % len(records), source.randbytes(source.randrange(300)) * source.randrange(1, 4)))
    return records
