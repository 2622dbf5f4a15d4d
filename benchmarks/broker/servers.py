"""One broker under test: a process on a port of its own with a data folder of its own, and what the kernel says about that process."""
import os
import shutil
import socket
import struct
import subprocess
import time

# Size, then api 18 version 0, correlation 1, client "b": the first thing that every client asks.
API_VERSIONS = struct.pack('>ihhih', 11, 18, 0, 1, 1) + b'b'


class Server:
    """`command` gets (port, folder) and gives the argument list. `client` are librdkafka settings without which the broker cannot be read."""

    def __init__(self, name, port, folder, command, keeps=True, client=()):
        self.name, self.port, self.folder, self.command, self.keeps, self.client = name, port, folder, command, keeps, client
        self.address = f'127.0.0.1:{port}'
        self.process = None

    def start(self, fresh=True):
        """Seconds from the start of the process to its first answer."""
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder, exist_ok=True)
        began = time.monotonic()
        with open(self.folder + '.log', 'wb') as log:
            self.process = subprocess.Popen(self.command(self.port, self.folder), stdout=log, stderr=log)
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - began > 60:
                self.stop()
                raise RuntimeError(f'{self.name} does not answer on {self.address}; see {self.folder}.log')
            time.sleep(0.001)
        return time.monotonic() - began

    def answers(self):
        try:
            with socket.create_connection(('127.0.0.1', self.port), 5) as connection:
                connection.settimeout(5)
                connection.sendall(API_VERSIONS)
                return len(connection.recv(4)) == 4
        except OSError:
            return False

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def cpu_seconds(self):
        # The clock of another process (clock_getcpuclockid): all its threads, user and system, in nanoseconds; /proc counts in ticks of 10 ms.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def resident(self):
        """(all, anonymous) resident MiB."""
        values = {}
        with open(f'/proc/{self.process.pid}/status', encoding='utf8') as file:
            for line in file:
                if line.startswith(('VmRSS', 'RssAnon')):
                    values[line.split(':')[0]] = int(line.split()[1]) / 1024
        return values['VmRSS'], values['RssAnon']

    def wakeups(self):
        total = 0
        for thread in os.listdir(f'/proc/{self.process.pid}/task'):
            with open(f'/proc/{self.process.pid}/task/{thread}/status', encoding='utf8') as file:
                total += next(int(line.split()[1]) for line in file if line.startswith('voluntary_ctxt_switches'))
        return total


def servers(leat, tools, folder, port):
    """Leat first, then the peers that run on this machine."""
    def leat_command(port, data):
        return [leat, 'serve', '--quiet', '--data', data, '--listen', f'127.0.0.1:{port}']

    def tansu_command(port, data):
        url = f'tcp://127.0.0.1:{port}'
        return [tools.tansu, 'broker', '--silent', '--listener-url', url, '--advertised-listener-url', url, '--storage-engine', 'memory://tansu/']

    def noida_command(port, data):
        return [tools.noida, 'start', '--data-dir', data, '--only', 'kafka', '--kafka-port', str(port)]

    return [Server('Leat', port, os.path.join(folder, 'leat'), leat_command),
            Server('Tansu 0.6', port + 1, os.path.join(folder, 'tansu'), tansu_command, keeps=False),
            # It answers a fetch with all there is, whatever size was asked for.
            Server('noida-db 0.2.3', port + 2, os.path.join(folder, 'noida'), noida_command, keeps=False,
                   client=('receive.message.max.bytes=2147483647',))]
