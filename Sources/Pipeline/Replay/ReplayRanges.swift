import Coordination
public import LogClient
import Streams

/// Turns where a replay is to begin and end into offsets of each partition.
public struct ReplayRanges {
    private let engine: any LogEngine
    private let topics: any TopicKeeping

    public init(engine: any LogEngine, topics: any TopicKeeping) {
        self.engine = engine
        self.topics = topics
    }

    /// - Parameters:
    ///   - aligned: the inputs are joined, or one is derived from the other: all begin and end at the same record of the one order.
    ///   - snapshots: offsets of named snapshots.
    public func ranges(
        of inputs: [String], from start: ReplayPlace, to end: ReplayPlace, aligned: Bool, snapshot: (String) throws -> SnapshotRecord
    ) throws -> [ReplayRange] {
        var partitions: [TopicPartition] = []
        for topic in inputs { for number in 0..<(try engine.partitionCount(of: topic)) { partitions.append(TopicPartition(topic, number)) } }
        let starts = try places(start, partitions, option: "--from", snapshot)
        let ends = try places(end, partitions, option: "--to", snapshot)
        var ranges: [ReplayRange] = []
        for partition in partitions {
            let first = try engine.startOffset(of: partition)
            let stable = try engine.stableOffset(of: partition)
            let wanted = starts[partition] ?? first
            guard wanted >= first else {
                throw PipelineError("--from: \(partition) begins at offset \(first), retention has taken what was before; offset \(wanted) cannot be read")
            }
            ranges.append(ReplayRange(partition, start: min(wanted, stable), end: min(ends[partition] ?? stable, stable)))
        }
        return aligned && inputs.count > 1 ? try align(ranges) : ranges
    }

    private func places(
        _ place: ReplayPlace, _ partitions: [TopicPartition], option: String, _ snapshot: (String) throws -> SnapshotRecord
    ) throws -> [TopicPartition: Int64] {
        switch place {
        case .open: return [:]
        case .offset(let offset): return Dictionary(uniqueKeysWithValues: partitions.map { ($0, offset) })
        case .time(let milliseconds): return try topics.offsets(of: partitions, atOrAfter: milliseconds)
        case .offsets(let named):
            var offsets: [TopicPartition: Int64] = [:]
            for one in named {
                let matching = partitions.filter { place in place.partition == one.partition && (one.topic == nil || one.topic == place.topic) }
                guard !matching.isEmpty else {
                    throw PipelineError("\(option): there is no partition \(one.topic.map { $0 + ":" } ?? "")\(one.partition) among \(partitions.map(\.description).joined(separator: ", "))")
                }
                for partition in matching { offsets[partition] = one.offset }
            }
            return offsets
        case .snapshot(let name):
            let record = try snapshot(name)
            var offsets: [TopicPartition: Int64] = [:]
            for partition in partitions {
                guard let offset = record.offset(of: partition) else {
                    throw PipelineError("\(option): the snapshot \(name) says nothing of \(partition)")
                }
                offsets[partition] = offset
            }
            return offsets
        }
    }

    /// The same records in every input: for each partition number from the greatest of the first order keys to the least of the last.
    private func align(_ ranges: [ReplayRange]) throws -> [ReplayRange] {
        var first: [Int32: OrderKey] = [:]
        var last: [Int32: OrderKey] = [:]
        for range in ranges {
            var lowest: OrderKey?
            var highest: OrderKey?
            try PartitionScan(engine, range.place).forEach(from: range.start, to: range.end) { record in
                guard !record.isMark else { return }
                let order = record.order(in: range.partition)
                lowest = min(lowest ?? order, order)
                highest = max(highest ?? order, order)
            }
            // An input without a record leaves none to the others.
            first[range.partition] = max(first[range.partition] ?? OrderKey(0), lowest ?? .last)
            last[range.partition] = min(last[range.partition] ?? .last, highest ?? OrderKey(0))
        }
        return ranges.map { range in
            var range = range
            range.firstOrder = first[range.partition]?.hexadecimal
            range.lastOrder = last[range.partition]?.hexadecimal
            return range
        }
    }
}
