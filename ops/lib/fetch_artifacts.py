#!/usr/bin/env python3
"""Downloads the packages that ops/artifacts.tsv pins, checks every hash, and puts their members under .local.

usage: fetch_artifacts.py LOCAL_FOLDER GROUP [GROUP ...]

A target that is there with the right hash is left alone, so a second run does nothing and needs no network.
A member "*" means the whole package, unpacked into the target folder. Exit status 1 when a hash differs.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))


def sha256(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        for piece in iter(lambda: file.read(1 << 20), b''):
            digest.update(piece)
    return digest.hexdigest()


def rows():
    with open(os.path.join(HERE, '..', 'artifacts.tsv'), encoding='utf8') as file:
        for line in file:
            if line.strip() and not line.startswith('#'):
                yield line.rstrip('\n').split('\t')


def download(requirement, digest, folder):
    """pip checks the digest itself; of a source archive it asks the metadata only, in an environment of its own."""
    listing = os.path.join(folder, 'requirements.txt')
    with open(listing, 'w', encoding='utf8') as file:
        file.write(f'{requirement} --hash=sha256:{digest}\n')
    command = [sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--require-hashes',
               '--disable-pip-version-check', '-d', folder, '-r', listing]
    wheel_only = command + ['--only-binary', ':all:', '--python-version', '3.11', '--platform', 'manylinux_2_28_x86_64',
                            '--platform', 'manylinux_2_17_x86_64', '--platform', 'any', '--implementation', 'cp']
    source_only = command + ['--no-binary', requirement.split('==')[0]]
    errors = []
    for attempt in (wheel_only, source_only):
        done = subprocess.run(attempt, capture_output=True, text=True)
        files = [f for f in os.listdir(folder) if f != 'requirements.txt']
        if done.returncode == 0 and files:
            return os.path.join(folder, files[0])
        errors.append(done.stderr.strip())
    sys.exit(f'cannot download {requirement}:\n' + '\n'.join(errors))


def unpack(package, target):
    partial = target + '.partial'
    shutil.rmtree(partial, ignore_errors=True)
    if package.endswith('.whl') or package.endswith('.zip'):
        zipfile.ZipFile(package).extractall(partial)
    else:
        with tarfile.open(package) as archive:
            archive.extractall(partial, filter='data')
    shutil.rmtree(target, ignore_errors=True)
    os.rename(partial, target)


def place(package, member, target, digest):
    with zipfile.ZipFile(package) as archive, archive.open(member) as source, open(target + '.partial', 'wb') as out:
        shutil.copyfileobj(source, out)
    found = sha256(target + '.partial')
    if found != digest:
        os.remove(target + '.partial')
        sys.exit(f'{target}: the hash is {found}, expected {digest}; nothing was installed')
    os.rename(target + '.partial', target)


def main():
    local, groups = sys.argv[1], set(sys.argv[2:])
    known = {row[0] for row in rows()}
    unknown = groups - known
    if unknown:
        sys.exit(f'no such group: {", ".join(sorted(unknown))}; there are {", ".join(sorted(known))}')
    packages = {}
    with tempfile.TemporaryDirectory() as scratch:
        for group, requirement, package_digest, member, target, digest, licence in rows():
            if group not in groups:
                continue
            path = os.path.join(local, target)
            stamp = path + '.sha256'
            if member == '*':
                if os.path.exists(stamp) and open(stamp, encoding='utf8').read().strip() == package_digest:
                    continue
            elif os.path.exists(path) and sha256(path) == digest:
                continue
            if requirement not in packages:
                folder = os.path.join(scratch, str(len(packages)))
                os.makedirs(folder)
                packages[requirement] = download(requirement, package_digest, folder)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if member == '*':
                unpack(packages[requirement], path)
                with open(stamp, 'w', encoding='utf8') as file:
                    file.write(package_digest + '\n')
            else:
                place(packages[requirement], member, path, digest)
            print(f'  {target}  from {requirement}  (licence: {licence})')


if __name__ == '__main__':
    main()
