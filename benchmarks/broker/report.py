"""The results as Markdown: one table a part, Leat beside the best peer of each row."""
LEAT = 'Leat'
# Measured once on the same kind of machine when quiet; see the docstring of `run`. (messages a second, microseconds of the broker a message)
KAFKA = {
    'produce 100 B none acks 1': (1_040_000, 0.83), 'produce 1024 B none acks 1': (172_000, 5.6), 'produce 1024 B none acks all': (172_000, 5.6),
    'produce 10240 B none acks 1': (18_400, 58), 'consume 100 B': (2_100_000, 0.12), 'consume 1024 B': (950_000, 0.7), 'consume 10240 B': (109_000, 8.9),
}


def best_peer(row, key, most):
    """(name, value) of the peer that is best in this row, or None."""
    peers = [(name, value[key]) for name, value in row.items() if name != LEAT and value]
    return (max if most else min)(peers, key=lambda peer: peer[1]) if peers else None


def thousands(value):
    return f'{value / 1000:,.0f} k' if value >= 10_000 else f'{value / 1000:,.1f} k'


def compared(row, key, most, text):
    """Leat's value, the best peer's, and how many times better Leat is, as cells."""
    mine, peer = row.get(LEAT), best_peer(row, key, most)
    left = text(mine[key]) if mine else 'does not end'
    right = f'{text(peer[1])} ({peer[0]})' if peer else 'none got through'
    if mine and peer and mine[key] and peer[1]:
        ratio = mine[key] / peer[1] if most else peer[1] / mine[key]
        return f'{left} | {right} | {ratio:.2f}'
    return f'{left} | {right} | –'


def throughput(rows):
    out = ['| case | Leat msg/s | best peer | × | Leat MB/s | Leat µs of processor a message | best peer | × |', '|---|--:|--:|--:|--:|--:|--:|--:|']
    for name, row in rows.items():
        if not name.startswith('resident'):
            rate = f"{row[LEAT]['MBps']:.0f}" if row.get(LEAT) else '–'
            out.append(f"| {name} | {compared(row, 'messagesPerSecond', True, thousands)} | {rate} "
                       f"| {compared(row, 'brokerCpuMicros', False, lambda value: f'{value:.2f}')} |")
    held = [(name, row) for name, row in rows.items() if name.startswith('resident')]
    for name, row in held:
        out.append(f'\n{name}: ' + ', '.join(f'{server} {value:.0f}' for server, value in row.items()) + '.')
    return out + kafka(rows)


def kafka(rows):
    known = [(name, row[LEAT], KAFKA[name]) for name, row in rows.items() if name in KAFKA and row.get(LEAT)]
    if not known:
        return []
    out = ['', 'Apache Kafka 3.9, earlier: measured on another day with equal volumes, not in this run (no package carries the broker).', '',
           '| case | Kafka msg/s | Leat × | Kafka µs a message | Leat × |', '|---|--:|--:|--:|--:|']
    for name, mine, (rate, micros) in known:
        cost = f"{micros / mine['brokerCpuMicros']:.2f}" if mine['brokerCpuMicros'] else '–'
        out.append(f"| {name} | {thousands(rate)} | {mine['messagesPerSecond'] / rate:.2f} | {micros} | {cost} |")
    return out


def plain(rows, columns):
    """Every server's values, a row a case and server. Columns: key → (heading, digits)."""
    out = ['| case | broker | ' + ' | '.join(heading for heading, _ in columns.values()) + ' |', '|---|---|' + '--:|' * len(columns)]
    for name, row in rows.items():
        for server, value in row.items():
            cells = [f'{value[key]:.{digits}f}' if value else '–' for key, (_, digits) in columns.items()]
            out.append(f'| {name} | {server} | ' + ' | '.join(cells) + ' |')
    return out


def sections(results):
    what = 'quick volumes' if results['quick'] else 'sustained volumes'
    out = [f"## Broker, {results['utc'][11:16]} UTC, commit {results['commit']}", '',
           f"{results['cores']} cores, load {results['loadAtStart']:.1f} at the start, {what}, median of {results['rounds']}. {results['note']}".strip(), '']
    if limits := results.get('machine'):
        out += ['The machine: loopback {loopbackMBps:.0f} MB/s, append {appendMBps:.0f} MB/s, with fdatasync a MiB {appendSyncedMBps:.0f} MB/s; fdatasync of 4 KiB '
                'p50 {sync4KiBp50Ms:.2f} ms, p99 {sync4KiBp99Ms:.2f} ms; of 128 KiB {sync128KiBp50Ms:.2f} and {sync128KiBp99Ms:.2f} ms.'.format(**limits), '']
    if rows := results.get('throughput'):
        out += throughput(rows) + ['']
    if rows := results.get('latency'):
        out += plain(rows, {'p50Ms': ('p50 ms', 2), 'p99Ms': ('p99 ms', 2)}) + ['']
    if rows := results.get('partitions'):
        out += plain(rows, {'createMs': ('create ms', 1), 'metadataMs': ('metadata ms', 1), 'residentMiB': ('resident MiB', 0)}) + ['']
    if rows := results.get('start'):
        out += plain(rows, {'startMs': ('first answer ms', 0), 'residentMiB': ('resident MiB', 1), 'anonymousMiB': ('of it anonymous', 1),
                            'wakeupsPerSecond': ('wake-ups/s idle', 1), 'processorPercent': ('processor % idle', 2)}) + ['']
    return '\n'.join(out).rstrip() + '\n'
