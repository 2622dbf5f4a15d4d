"""The limits of the machine in the same run: loopback, appending, and making appended bytes durable."""
import os
import socket
import threading
import time


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def loopback(size=1 << 30, piece=256 << 10):
    """MB/s through one loopback connection; the interpreter lets both sides run while they copy."""
    listener = socket.create_server(('127.0.0.1', 0))

    def send():
        with socket.create_connection(listener.getsockname()) as sender:
            block = memoryview(bytes(piece))
            for _ in range(size // piece):
                sender.sendall(block)

    thread = threading.Thread(target=send)
    thread.start()
    receiver, _ = listener.accept()
    buffer, got, began = bytearray(piece), 0, time.monotonic()
    while got < size:
        got += receiver.recv_into(buffer)
    seconds = time.monotonic() - began
    thread.join()
    receiver.close()
    listener.close()
    return size / seconds / 1e6


def append(path, size, synced):
    """MB/s of 1 MiB appends; where `synced`, each is followed by fdatasync."""
    block = os.urandom(1 << 20)
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    began = time.monotonic()
    for at in range(0, size, len(block)):
        os.pwrite(descriptor, block, at)
        if synced:
            os.fdatasync(descriptor)
    seconds = time.monotonic() - began
    os.close(descriptor)
    os.unlink(path)
    return size / seconds / 1e6


def sync_milliseconds(path, piece, count):
    """(p50, p99) of fdatasync after an append of `piece` bytes, at 200 of them a second."""
    block, times = os.urandom(piece), []
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    for number in range(count):
        os.pwrite(descriptor, block, number * piece)
        began = time.monotonic()
        os.fdatasync(descriptor)
        taken = time.monotonic() - began
        times.append(taken * 1000)
        time.sleep(max(0, 0.005 - taken))
    os.close(descriptor)
    os.unlink(path)
    return percentile(times, 0.5), percentile(times, 0.99)


def limits(folder, quick):
    path = os.path.join(folder, 'machine')
    os.makedirs(folder, exist_ok=True)
    size = (256 if quick else 1024) << 20
    small, large = (sync_milliseconds(path, piece, 200 if quick else 1000) for piece in (4 << 10, 128 << 10))
    return {'loopbackMBps': loopback(), 'appendMBps': append(path, size, False), 'appendSyncedMBps': append(path, size // 2, True),
            'sync4KiBp50Ms': small[0], 'sync4KiBp99Ms': small[1], 'sync128KiBp50Ms': large[0], 'sync128KiBp99Ms': large[1]}
