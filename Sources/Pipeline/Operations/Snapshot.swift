public import Coordination
import Crypto
public import LogClient

/// A named moment of a dataset: offsets of every topic, and digests of the code and the configuration that made them.
///
/// Kept in the log (``OperationJournal``, kind "snapshot"). It holds places, no data: what retention takes before it is used is gone.
public struct SnapshotRecord: Codable, Hashable, Sendable {
    public struct Place: Codable, Hashable, Sendable {
        public var topic: String
        public var partition: Int32
        /// One past the last committed record.
        public var offset: Int64
    }

    public var name: String
    /// Since 1970.
    public var madeMilliseconds: Int64
    public var build: String
    /// SHA-256 of the recipe's settings in one form, first 16 hexadecimal digits.
    public var configuration: String
    public var pipeline: String
    public var places: [Place]

    public static let kind = "snapshot"

    public func offset(of partition: TopicPartition) -> Int64? {
        places.first { $0.topic == partition.topic && $0.partition == partition.partition }?.offset
    }

    /// Looks at the log: the topics that the recipe names and the log has.
    public static func take(
        name: String, recipe: Recipe, build: String, of engine: any LogEngine, milliseconds: Int64 = PipelineRunner.wallMilliseconds()
    ) throws -> SnapshotRecord {
        let map = PipelineMap(recipe: recipe)
        let settings = recipe.stages.map { $0.name + "\n" + $0.canonicalSettings }.joined(separator: "\n")
        var record = SnapshotRecord(
            name: name, madeMilliseconds: milliseconds, build: build,
            configuration: PageIdentity.hexadecimal(SHA256.hash(data: Array(settings.utf8)).prefix(8)), pipeline: recipe.name, places: [])
        for topic in Set(map.stages.flatMap { $0.inputs + $0.outputs + [$0.rejections].compactMap { $0 } + [$0.deadLetters] }).sorted() {
            guard let count = try engine.partitionsIfPresent(of: topic) else { continue }
            for number in 0..<count {
                record.places.append(Place(topic: topic, partition: number, offset: try engine.stableOffset(of: TopicPartition(topic, number))))
            }
        }
        return record
    }
}
