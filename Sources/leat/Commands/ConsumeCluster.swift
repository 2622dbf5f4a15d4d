import Coordination
import Foundation
import LogClient
import Records

/// `leat consume --brokers`.
struct ConsumeCluster {
    let place: PlaceOption
    let topic: String
    let group: String?
    let partition: Int32?
    let start: TailStart
    let count: Int?
    let follow: Bool
    let json: Bool

    /// A group's positions are committed at least this often, in records.
    private static let commitInterval = 1_000
    /// A group without a partition for so long has enough members already.
    private static let assignmentSeconds = 30.0

    func run() throws {
        let output = ConsoleOutput()
        let line = TailLine(json: json, raw: !json)
        let consumer = try ClusterConsumer(try place.clusterConfiguration(), group: group, startsAtEnd: start == .latest)
        defer { consumer.close() }
        var unread = try begin(consumer)
        var left = count ?? .max
        var positions: [TopicPartition: Int64] = [:]
        var uncommitted = 0
        var lastHeld = Date()
        while left > 0 {
            let batch = try consumer.poll(limit: min(left, Self.commitInterval), milliseconds: 200)
            for (partition, record) in batch.records {
                positions[partition] = record.offset + 1
                uncommitted += 1
                if record.value != nil {
                    line.write(record, of: partition, to: output)
                    left -= 1
                }
            }
            if uncommitted >= Self.commitInterval || batch.records.isEmpty {
                try commit(&positions, consumer, output)
                uncommitted = 0
            }
            if group != nil, unread == nil, !batch.records.isEmpty || !batch.ends.isEmpty { unread = Set(try consumer.assignment()) }
            batch.ends.forEach { unread?.remove($0) }
            guard !follow else { continue }
            if let unread, unread.isEmpty { break }
            if try unread != nil || !consumer.assignment().isEmpty { lastHeld = Date() }
            guard Date().timeIntervalSince(lastHeld) < Self.assignmentSeconds else {
                throw CommandFailure(
                    "group \(group ?? "") gave this member no partition of \(topic) for \(Int(Self.assignmentSeconds)) s: other members have them "
                        + "all (`leat groups describe` names them), or the brokers cannot be reached")
            }
        }
        try commit(&positions, consumer, output)
    }

    /// Without a group: the partitions to be read to their ends. With one its coordinator says which.
    private func begin(_ consumer: ClusterConsumer) throws -> Set<TopicPartition>? {
        let admin = try ClusterAdmin(try place.clusterConfiguration())
        let numbers = try admin.partitionNumbers(of: topic)
        guard group == nil else {
            try consumer.subscribe(to: [topic])
            return nil
        }
        if let partition, !numbers.contains(partition) {
            throw CommandFailure("topic \(topic) has \(numbers.count) partitions, numbered from 0: there is no \(partition)")
        }
        let partitions = numbers.filter { partition == nil || $0 == partition }.map { TopicPartition(topic, $0) }
        let offsets = try starts(of: partitions, admin)
        try consumer.assign(offsets)
        return Set(partitions)
    }

    private func starts(of partitions: [TopicPartition], _ admin: ClusterAdmin) throws -> [TopicPartition: Int64] {
        switch start {
        case .earliest: return try admin.offsets(of: partitions, at: .earliest)
        case .latest: return try admin.offsets(of: partitions, at: .latest)
        case .time(let milliseconds): return try admin.offsets(of: partitions, at: .time(milliseconds: milliseconds))
        case .offset(let offset):
            let (starts, ends) = (try admin.offsets(of: partitions, at: .earliest), try admin.offsets(of: partitions, at: .latest))
            return starts.merging(ends) { first, end in min(max(offset, first), end) }
        case .last(let count):
            let (starts, ends) = (try admin.offsets(of: partitions, at: .earliest), try admin.offsets(of: partitions, at: .latest))
            return starts.merging(ends) { first, end in max(first, end - Int64(count)) }
        }
    }

    /// What was printed is written before its positions are committed.
    private func commit(_ positions: inout [TopicPartition: Int64], _ consumer: ClusterConsumer, _ output: ConsoleOutput) throws {
        output.flush()
        defer { positions = [:] }
        guard group != nil else { return }
        try consumer.commit(positions)
    }
}
