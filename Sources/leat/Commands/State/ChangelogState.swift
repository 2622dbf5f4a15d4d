// A changelog record: key = store name length u8 | store name (UTF-8) | key in the store; value = the new value, null: deleted.

import Coordination
import Foundation
import LogClient
import Pipeline

/// The state as its changelogs in the log hold it: each key's last committed value. Reads a changelog from its beginning to its end as of the start.
///
/// Of a stage that reads all partitions in one order there is one task, and only its partition is read. Of others the key's partition is that of the
/// records it was made from, which the key does not tell: all partitions are read, unless one is named.
struct ChangelogState: StateSource {
    let engine: any LogEngine
    let stages: [PipelineMap.Stage]
    let partition: Int32?
    let progress: ReadingProgress

    /// A scan that holds more than so much gives up.
    private static let scanBytes = 64 << 20

    func stores(limit: Int) throws -> [StateLook] {
        try looks { stage, number in
            var live: [String: Set<UInt64>] = [:]
            var full: Set<String> = []
            var bytes = 0
            return try visit(stage, number) { store, key, record, look in
                let name = String(decoding: store, as: UTF8.self)
                let hash = Self.hash(key)
                bytes += key.count + (record.value?.count ?? 0)
                if record.value == nil { live[name, default: []].remove(hash) } else if live[name, default: []].count < limit { live[name, default: []].insert(hash) } else {
                    if live[name]?.contains(hash) == false { full.insert(name) }
                }
                look.bytes = bytes
                look.stores = []
            } finish: { look in
                look.stores = live.sorted { $0.key < $1.key }.map { .init(name: $0.key, entries: $0.value.count, isEstimate: full.contains($0.key)) }
            }
        }
    }

    func get(store: String, key: [UInt8]) throws -> [StateLook] {
        let name = Array(store.utf8)
        var stores: Set<[UInt8]> = []
        return try looks { stage, number in
            stores = []
            return try visit(stage, number) { found, candidate, record, look in
                if !stores.contains(where: { $0.elementsEqual(found) }) { stores.insert(Array(found)) }
                guard found.elementsEqual(name), candidate.elementsEqual(key) else { return }
                look.entries = record.value.map { [.init(key: key, value: Array($0), offset: record.offset)] } ?? []
            } finish: { look in
                look.stores = stores.map { .init(name: String(decoding: $0, as: UTF8.self), entries: 0, isEstimate: true) }
            }
        }
    }

    func scan(store: String, prefix: [UInt8], count: Int) throws -> [StateLook] {
        let name = Array(store.utf8)
        return try looks { stage, number in
            var held: [[UInt8]: StateLook.Entry] = [:]
            var bytes = 0
            return try visit(stage, number) { found, key, record, _ in
                guard found.elementsEqual(name), key.starts(with: prefix) else { return }
                let key = Array(key)
                if let old = held.removeValue(forKey: key) { bytes -= key.count + old.value.count }
                guard let value = record.value else { return }
                held[key] = .init(key: key, value: Array(value), offset: record.offset)
                bytes += key.count + value.count
                guard bytes <= Self.scanBytes else {
                    throw CommandFailure("more than 64 MiB of the store \(store) begin so: give a longer --prefix, or ask the stage's endpoint (--endpoint)")
                }
            } finish: { look in
                look.entries = Array(held.values.sorted { $0.key.lexicographicallyPrecedes($1.key) }.prefix(max(0, count)))
            }
        }
    }

    private func looks(_ body: (PipelineMap.Stage, Int32) throws -> StateLook) throws -> [StateLook] {
        var looks: [StateLook] = []
        for stage in stages {
            guard let topic = stage.changelog else { continue }
            let count: Int32
            do { count = try engine.partitionCount(of: topic) } catch { if error.kind == .unknownTopic { continue } else { throw error } }
            let numbers: Range<Int32> = stage.hasOneTask ? 0..<1 : 0..<count
            for number in numbers where partition == nil || partition == number { looks.append(try body(stage, number)) }
        }
        progress.end()
        return looks
    }

    private func visit(
        _ stage: PipelineMap.Stage, _ number: Int32,
        _ body: (_ store: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer, _ record: borrowing FetchedRecord, _ look: inout StateLook) throws -> Void,
        finish: (inout StateLook) -> Void
    ) throws -> StateLook {
        let place = TopicPartition(stage.changelog ?? "", number)
        let (start, end) = (try engine.startOffset(of: place), try engine.stableOffset(of: place))
        var look = StateLook(stage: stage.name, partition: number, changelog: "\(place)", changelogOffset: end)
        if start > 0 { look.note = "the changelog begins at offset \(start): compaction or retention took what was before" }
        try engine.forEachRecord(in: place, from: start, upTo: end) { record in
            progress.show("\(place)", record.offset - start, of: end - start)
            guard let key = record.key, let size = key.first, key.count > Int(size) else { return true }
            try body(
                UnsafeRawBufferPointer(rebasing: key[1..<1 + Int(size)]), UnsafeRawBufferPointer(rebasing: key[(1 + Int(size))...]), record, &look)
            return true
        }
        finish(&look)
        return look
    }

    /// FNV-1a, finished with SplitMix64's mixer: two keys of a million share one with a chance of one in forty million.
    private static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}

/// A line on a terminal's standard error that says how far reading is; nothing where it is no terminal.
final class ReadingProgress {
    private let isEnabled: Bool
    private var shown = ContinuousClock.now
    private var isShown = false

    init(isEnabled: Bool = isatty(STDERR_FILENO) == 1) { self.isEnabled = isEnabled }

    func show(_ place: String, _ done: Int64, of all: Int64) {
        guard isEnabled, done & 1_023 == 0, ContinuousClock.now - shown > .milliseconds(200) else { return }
        shown = .now
        isShown = true
        write("\r\u{1B}[Kreading \(place): \(done * 100 / max(1, all))% of \(ByteText.count(all)) offsets")
    }

    func end() {
        if isShown { write("\r\u{1B}[K") }
        isShown = false
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
