"""The cases: each measures one server that runs, with the same client, and gives plain numbers; None where the server does not get through."""
import os
import resource
import statistics
import subprocess
import time

from machine import percentile

PARTITIONS = 4
LINGER = 'linger.ms=5'
CONSUMER_OVERHEAD = 0.6    # seconds that the client takes to connect and, most of them, to end


def quiet_disk(drop_cache):
    """What an earlier run has left in the page cache would be written during this one, and only brokers with a disk would pay for it. And where the
    machine is a virtual one, memory that it has never touched costs a fault in the host: without this every run but the first takes five times the
    processor time a message. Dropping the cache needs root; without it those figures are worse than they are. A run that reads keeps the cache: it
    reads what has just been written, which the peers hold in memory."""
    os.sync()
    if not drop_cache:
        return
    try:
        with open('/proc/sys/vm/drop_caches', 'w', encoding='utf8') as file:
            file.write('1')
    except OSError:
        pass


class Cases:
    def __init__(self, tools, folder, quick, rounds):
        self.tools, self.folder, self.quick, self.rounds = tools, folder, quick, rounds
        self.patience = 15 if quick else 45                 # seconds; the slowest run that ends takes a quarter of it
        self.names = 0

    def admin(self, server):
        from confluent_kafka.admin import AdminClient
        return AdminClient({'bootstrap.servers': server.address, 'log_level': 0})

    def topic(self, server, partitions=PARTITIONS):
        from confluent_kafka.admin import NewTopic
        self.names += 1
        name = f'bench-{self.names}'
        admin = self.admin(server)                            # its calls end when the last reference to it does
        for future in admin.create_topics([NewTopic(name, partitions, 1)], request_timeout=60).values():
            future.result(60)
        return name

    def client(self, server, *options, background=False, patience=None):
        settings = [part for setting in server.client for part in ('-X', setting)]
        command = [self.tools.performance, '-b', server.address, '-u', *settings, *map(str, options)]
        if background:
            return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=patience or self.patience).stdout
        except subprocess.TimeoutExpired:
            return ''

    def timed(self, server, count, size, rate_column, *options):
        """One run: messages a second as the client counts them and microseconds of the broker's and of the client's processor a message."""
        quiet_disk(drop_cache=rate_column == 5)
        before, client_before = server.cpu_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        rows = [line for line in self.client(server, *options).splitlines() if line.startswith('|') and 'elapsed' not in line]
        wall = time.monotonic() - began
        after, client_after = server.cpu_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
        if not rows:
            return None
        columns = [column.strip() for column in rows[-1].strip('| ').split('|')]
        done = int(columns[4]) if rate_column == 5 else int(columns[1])
        if done < count:
            return None
        client = client_after.ru_utime + client_after.ru_stime - client_before.ru_utime - client_before.ru_stime
        rate = float(columns[rate_column])
        # A consumer's clock starts at its first message. A broker that first gathers all there is must not gain by that.
        if rate_column == 4:
            rate = done / max(done / rate, wall - CONSUMER_OVERHEAD)
        return {'messagesPerSecond': rate, 'MBps': rate * size / 1e6, 'brokerCpuMicros': (after - before) / done * 1e6, 'clientCpuMicros': client / done * 1e6}

    def median(self, runs):
        runs = [run for run in runs if run is not None]
        return {key: statistics.median(run[key] for run in runs) for key in runs[0]} if runs else None

    def throughput(self, server, size, codec, consume):
        """Produce with acks 1 and all, and where asked for, read it again. The median of the rounds, each in a topic of its own."""
        volume = (20e6 if size < 1024 else 200e6) if self.quick else (200e6 if size < 1024 else 800e6)
        count = int(volume / size)
        server.start()
        try:
            result = {}
            for name, acks in ('1', 1), ('all', -1):
                runs = []
                for _ in range(self.rounds):
                    topic = self.topic(server)
                    runs.append(self.timed(server, count, size, 5, '-P', '-t', topic, '-s', size, '-c', count, '-a', acks, '-z', codec, '-X', LINGER))
                    if runs[-1] is None:
                        break
                result[f'produce {size} B {codec} acks {name}'] = self.median(runs)
            if consume:
                partitions = [part for number in range(PARTITIONS) for part in ('-p', number)]
                runs = []
                for _ in range(self.rounds):
                    runs.append(self.timed(server, count, size, 4, '-C', '-t', topic, *partitions, '-o', 'beginning', '-c', count))
                    if runs[-1] is None:
                        break
                result[f'consume {size} B'] = self.median(runs)
            result[f'resident after {size} B {codec}, MiB'] = server.resident()[0]
            return result
        finally:
            server.stop()
            server.remove()

    def latencies(self, path):
        with open(path, encoding='utf8') as file:
            values = [int(line) / 1000 for line in file if line.strip().isdigit()]
        os.unlink(path)
        values = values[len(values) // 10:]                 # connecting and the first batches
        return {'p50Ms': percentile(values, 0.5), 'p99Ms': percentile(values, 0.99)} if values else None

    # The client paces itself by short sleeps, which a busy machine makes longer: the rate is then lower, and the run as much longer.
    RATE_PATIENCE = 6

    def end_to_end(self, server, acks, rate=1000):
        """From producing to consuming, `rate` messages of 1 KiB a second, linger 0; producer and consumer are processes of their own."""
        seconds = 5 if self.quick else 30
        topic, path = self.topic(server, 1), os.path.join(self.folder, 'latency')
        consumer = self.client(server, '-C', '-t', topic, '-p', 0, '-o', 'beginning', '-l', '-A', path, '-c', rate * seconds,
                               '-X', 'fetch.wait.max.ms=100', background=True)
        try:
            time.sleep(0.5)
            self.client(server, '-P', '-t', topic, '-p', 0, '-s', 1024, '-c', rate * seconds, '-a', acks, '-l', '-r', rate, '-X', 'linger.ms=0',
                        patience=self.RATE_PATIENCE * seconds)
            try:
                consumer.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                return None
            return self.latencies(path)
        finally:
            consumer.kill()
            consumer.communicate()

    def acknowledged(self, server, acks, rate):
        """From producing to the acknowledgement, at `rate` messages of 1 KiB a second, linger 1 ms."""
        seconds = 5 if self.quick else 30
        topic, path = self.topic(server), os.path.join(self.folder, 'latency')
        if not self.client(server, '-P', '-t', topic, '-s', 1024, '-c', rate * seconds, '-a', acks, '-l', '-A', path, '-r', rate, '-X', 'linger.ms=1',
                           patience=self.RATE_PATIENCE * seconds):
            return None
        return self.latencies(path)

    def partitions(self, server, count):
        """Making a topic of so many partitions, asking for its metadata, and what the broker holds afterwards."""
        began = time.monotonic()
        name = self.topic(server, count)
        created = time.monotonic() - began
        admin = self.admin(server)
        began = time.monotonic()
        found = len(admin.list_topics(name, timeout=60).topics[name].partitions)
        return {'createMs': created * 1000, 'metadataMs': (time.monotonic() - began) * 1000, 'residentMiB': server.resident()[0]} if found == count else None

    def idle(self, server, seconds=10):
        wakeups, processor = server.wakeups(), server.cpu_seconds()
        time.sleep(seconds)
        resident, anonymous = server.resident()
        return {'residentMiB': resident, 'anonymousMiB': anonymous, 'wakeupsPerSecond': (server.wakeups() - wakeups) / seconds,
                'processorPercent': (server.cpu_seconds() - processor) / seconds * 100}

    def start(self, server):
        """Starting on an empty folder and, where the broker keeps data, on one with a million records; and being idle then."""
        result = {}
        try:
            empty = statistics.median(self.restart(server, True) for _ in range(self.rounds))
            result['empty'] = {'startMs': empty * 1000, **self.idle(server)}
            if server.keeps:
                topic = self.topic(server)
                self.timed(server, 1_000_000, 100, 5, '-P', '-t', topic, '-s', 100, '-c', 1_000_000, '-a', -1, '-X', LINGER)
                full = statistics.median(self.restart(server, False) for _ in range(self.rounds))
                result['a million records'] = {'startMs': full * 1000, **self.idle(server)}
        finally:
            server.stop()
            server.remove()
        return result

    def restart(self, server, fresh):
        server.stop()
        return server.start(fresh)
