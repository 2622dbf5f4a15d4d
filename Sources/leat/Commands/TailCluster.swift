import Coordination
import Foundation
import LogClient
import Records

/// The records of a cluster's partitions as one stream: of what has come, the oldest first. One thread.
///
/// Memory: at most some thousand records that wait for those of other partitions.
final class TailCluster {
    private let consumer: ClusterConsumer
    private var partitions: [TopicPartition] = []
    private var waiting: [TopicPartition: ArraySlice<Record>] = [:]
    /// Read to their ends, as far as is known.
    private var ended: Set<TopicPartition> = []
    private let patienceSeconds: Double
    private static let waitingLimit = 5_000

    /// `isWanted` says which records count for "the last so many".
    init(
        _ place: PlaceOption, topic: String, only: Int32?, from start: TailStart, uncommitted: Bool, isWanted: (Record) -> Bool
    ) throws {
        var configuration = try place.clusterConfiguration()
        if uncommitted { configuration.set("isolation.level", "read_uncommitted") }
        // How long a broker holds an answer back where nothing new is there; the end of a partition is told by such an answer.
        if !place.clientSettings.contains(where: { $0.hasPrefix("fetch.wait.max.ms") }) { configuration.set("fetch.wait.max.ms", "100") }
        patienceSeconds = max(30, place.timeout)
        let admin = try ClusterAdmin(configuration)
        defer { admin.close() }
        let numbers = try admin.partitionNumbers(of: topic)
        if let only, !numbers.contains(only) {
            throw CommandFailure("topic \(topic) has \(numbers.count) partitions, numbered from 0: there is no \(only)")
        }
        partitions = numbers.filter { only == nil || $0 == only }.map { TopicPartition(topic, $0) }
        consumer = try ClusterConsumer(configuration)
        let ends = try admin.offsets(of: partitions, at: .latest)
        let starts = try admin.offsets(of: partitions, at: .earliest)
        switch start {
        case .earliest: try consumer.assign(starts)
        case .latest: try consumer.assign(ends)
        case .time(let milliseconds): try consumer.assign(try admin.offsets(of: partitions, at: .time(milliseconds: milliseconds)))
        case .offset(let offset): try consumer.assign(starts.merging(ends) { first, end in min(max(offset, first), end) })
        case .last(let count): try readLast(count, starts, ends, isWanted)
        }
    }

    /// Reads ever farther back until enough is found in each partition, or its start is reached.
    private func readLast(_ count: Int, _ starts: [TopicPartition: Int64], _ ends: [TopicPartition: Int64], _ isWanted: (Record) -> Bool) throws {
        var open = Set(partitions.filter { (starts[$0] ?? 0) < (ends[$0] ?? 0) })
        var span = Int64(max(count, 1)) + 8
        while !open.isEmpty, count > 0 {
            var froms: [TopicPartition: Int64] = [:]
            for partition in open { froms[partition] = max(starts[partition] ?? 0, (ends[partition] ?? 0) - span) }
            try consumer.assign(froms)
            var found: [TopicPartition: [Record]] = [:]
            var left = open
            var lastSign = Date()
            while !left.isEmpty {
                let batch = try consumer.poll(limit: 1_000, milliseconds: 200)
                for (partition, record) in batch.records where left.contains(partition) {
                    if record.offset < ends[partition] ?? 0, isWanted(record) { found[partition, default: []].append(record) }
                    if record.offset + 1 >= ends[partition] ?? 0 { left.remove(partition) }
                    if let held = found[partition], held.count > 4 * count + 1_000 { found[partition] = held.suffix(count) }
                }
                // Markers and aborted records are never handed over: the end may be behind the last record.
                left.subtract(batch.ends)
                if !batch.records.isEmpty || !batch.ends.isEmpty { lastSign = Date() }
                try checkPatience(lastSign, "the end of \(left.sorted().map(\.description).joined(separator: ", "))")
            }
            for partition in open {
                guard (found[partition]?.count ?? 0) >= count || froms[partition] == starts[partition] else { continue }
                waiting[partition] = (found[partition] ?? []).suffix(count)
                open.remove(partition)
            }
            span *= 8
        }
        try consumer.assign(ends)
    }

    private func checkPatience(_ lastSign: Date, _ what: String) throws {
        guard Date().timeIntervalSince(lastSign) < patienceSeconds else {
            throw CommandFailure("nothing came for \(Int(patienceSeconds)) s on the way to \(what): can the brokers still be reached?")
        }
    }

    /// Nil: nothing more for now. The next call looks again.
    func next() throws -> (partition: TopicPartition, record: Record)? {
        var lastSign = Date()
        while true {
            // A partition that has more to come may have an older record than those at hand.
            let isComplete = partitions.allSatisfy { waiting[$0]?.isEmpty == false || ended.contains($0) }
            if isComplete || waiting.values.reduce(0, { $0 + $1.count }) >= Self.waitingLimit, let oldest = takeOldest() { return oldest }
            let batch = try consumer.poll(limit: 1_000, milliseconds: 200)
            for (partition, record) in batch.records {
                waiting[partition, default: []].append(record)
                ended.remove(partition)
            }
            ended.formUnion(batch.ends)
            if !batch.records.isEmpty || !batch.ends.isEmpty { lastSign = Date() }
            if batch.records.isEmpty, partitions.allSatisfy(ended.contains), waiting.values.allSatisfy(\.isEmpty) { return nil }
            if !partitions.allSatisfy(ended.contains) { try checkPatience(lastSign, "the end of the topic") }
        }
    }

    private func takeOldest() -> (partition: TopicPartition, record: Record)? {
        let oldest = partitions.filter { waiting[$0]?.isEmpty == false }.min {
            (waiting[$0]?.first?.timestamp ?? 0, $0) < (waiting[$1]?.first?.timestamp ?? 0, $1)
        }
        guard let oldest, let record = waiting[oldest]?.popFirst() else { return nil }
        return (oldest, record)
    }

    /// Leaves only the newest `count` of what waits: after a start at the last so many.
    func keepNewest(_ count: Int) {
        var places = partitions.flatMap { partition in (waiting[partition] ?? []).map { (time: $0.timestamp, partition: partition, offset: $0.offset) } }
        places.sort { ($0.time, $0.partition, $0.offset) < ($1.time, $1.partition, $1.offset) }
        for place in places.dropLast(count) { waiting[place.partition]?.removeFirst() }
    }
}
