/// When an append counts as durable, and how far consumers may read.
public enum FlushPolicy: Sendable, Equatable, CustomStringConvertible {
    /// `fdatasync` shared by all that wait; consumers read up to what is durable.
    case group
    /// Synced every so many milliseconds by the log's owner; consumers read up to the end.
    case interval(milliseconds: Int64)
    /// Left to the operating system; consumers read up to the end.
    case never

    public var description: String {
        switch self {
        case .group: "group"
        case .interval(let milliseconds): "interval:\(milliseconds)ms"
        case .never: "never"
        }
    }
}

/// The settings of one partition, by Kafka's own names.
public struct LogConfiguration: Sendable, Equatable {
    /// `segment.bytes`: a segment is sealed before it grows past this.
    public var segmentBytes: Int64 = 1 << 30
    /// `segment.ms`: a segment is sealed when its first append is this old.
    public var segmentMilliseconds: Int64 = 7 * 24 * 3_600_000
    /// `index.interval.bytes`: bytes of log between two entries of the index.
    public var indexIntervalBytes: Int64 = 4096
    /// `retention.bytes`: sealed segments are removed while the rest is at least this large; -1 for no bound.
    public var retentionBytes: Int64 = -1
    /// `retention.ms`: sealed segments are removed when their newest record is older; -1 for never.
    public var retentionMilliseconds: Int64 = 7 * 24 * 3_600_000
    /// `max.message.bytes`: of one batch, as sent.
    public var maxMessageBytes = 1_048_588
    /// `message.timestamp.type`: `LogAppendTime` writes the log's time over the producer's.
    public var usesLogAppendTime = false
    /// `cleanup.policy` holds `delete`: retention applies.
    public var deletesByRetention = true
    /// `cleanup.policy` holds `compact`: ``PartitionLog/compact(now:memoryBytes:throttle:)`` keeps the last record of each key.
    public var isCompacted = false
    /// `flush.policy`: ours.
    public var flushPolicy = FlushPolicy.group
    /// `producer.id.expiration.ms`: a producer that has written nothing for so long is forgotten.
    public var producerExpirationMilliseconds: Int64 = 24 * 3_600_000

    /// `delete.retention.ms`: a tombstone, or a transaction's marker, stays so long after compaction first met it.
    public var deleteRetentionMilliseconds: Int64 = 24 * 3_600_000
    /// `min.cleanable.dirty.ratio`: compaction runs when this part of the bytes was appended since the last time.
    public var minimumDirtyRatio = 0.5
    /// `min.compaction.lag.ms`: younger records are left alone.
    public var minimumCompactionLagMilliseconds: Int64 = 0
    /// `max.compaction.lag.ms`: compaction runs, whatever the ratio, when a record has waited so long.
    public var maximumCompactionLagMilliseconds = Int64.max
    /// `segment.jitter.ms`: at most so much is taken off `segment.ms`, so that segments of many partitions do not all begin at once.
    public var segmentJitterMilliseconds: Int64 = 0
    /// `message.timestamp.before.max.ms`: how far behind the log's clock a producer's timestamp may be.
    public var timestampBeforeMaximumMilliseconds = Int64.max
    /// `message.timestamp.after.max.ms`: how far ahead of the log's clock a producer's timestamp may be.
    public var timestampAfterMaximumMilliseconds: Int64 = 3_600_000
    /// `remote.storage.enable`: sealed segments go to the remote store.
    public var usesRemoteStorage = false
    /// `local.retention.ms`: how long a segment that is in the remote store stays here as well; -2 for as long as `retention.ms`.
    public var localRetentionMilliseconds: Int64 = -2
    /// `local.retention.bytes`: the same by size.
    public var localRetentionBytes: Int64 = -2

    public init() {}

    /// Reads settings by name; what is missing keeps its default. Throws `LogError.invalidConfiguration`, naming the key.
    /// `ignoring`: keys that the caller knows and the log has no use for.
    public init(settings: [String: String], ignoring: Set<String> = []) throws(LogError) {
        for key in settings.keys.sorted() where !ignoring.contains(key) {
            try set(key, settings[key] ?? "")
        }
    }

    private mutating func set(_ key: String, _ value: String) throws(LogError) {
        func number(atLeast least: Int64, atMost most: Int64 = .max) throws(LogError) -> Int64 {
            guard let number = Int64(value), number >= least, number <= most else {
                throw .invalidConfiguration(key: key, value: value, reason: "a whole number from \(least) to \(most) is needed")
            }
            return number
        }
        switch key {
        case "segment.bytes": segmentBytes = try number(atLeast: 1024, atMost: Int64(Int32.max))
        case "segment.ms": segmentMilliseconds = try number(atLeast: 1)
        case "index.interval.bytes": indexIntervalBytes = try number(atLeast: 0, atMost: Int64(Int32.max))
        case "retention.bytes": retentionBytes = try number(atLeast: -1)
        case "retention.ms": retentionMilliseconds = try number(atLeast: -1)
        case "max.message.bytes": maxMessageBytes = Int(try number(atLeast: 0, atMost: Int64(Int32.max)))
        case "producer.id.expiration.ms": producerExpirationMilliseconds = try number(atLeast: 1)
        case "message.timestamp.type":
            guard value == "CreateTime" || value == "LogAppendTime" else {
                throw .invalidConfiguration(key: key, value: value, reason: "CreateTime or LogAppendTime is needed")
            }
            usesLogAppendTime = value == "LogAppendTime"
        case "cleanup.policy":
            let parts = value.split(separator: ",").map { $0.filter { $0 != " " } }
            guard !parts.isEmpty, parts.allSatisfy({ $0 == "delete" || $0 == "compact" }) else {
                throw .invalidConfiguration(key: key, value: value, reason: "delete, compact or both are needed")
            }
            deletesByRetention = parts.contains("delete")
            isCompacted = parts.contains("compact")
        case "compression.type":
            guard value == "producer" else {
                throw .invalidConfiguration(key: key, value: value, reason: "batches are kept as sent: only producer is supported")
            }
        case "delete.retention.ms": deleteRetentionMilliseconds = try number(atLeast: 0)
        case "min.cleanable.dirty.ratio":
            guard let ratio = Double(value), ratio >= 0, ratio <= 1 else {
                throw .invalidConfiguration(key: key, value: value, reason: "a number from 0 to 1 is needed")
            }
            minimumDirtyRatio = ratio
        case "min.compaction.lag.ms": minimumCompactionLagMilliseconds = try number(atLeast: 0)
        case "max.compaction.lag.ms": maximumCompactionLagMilliseconds = try number(atLeast: 1)
        case "segment.jitter.ms": segmentJitterMilliseconds = try number(atLeast: 0)
        case "message.timestamp.before.max.ms": timestampBeforeMaximumMilliseconds = try number(atLeast: 0)
        case "message.timestamp.after.max.ms": timestampAfterMaximumMilliseconds = try number(atLeast: 0)
        case "remote.storage.enable":
            guard value == "true" || value == "false" else {
                throw .invalidConfiguration(key: key, value: value, reason: "true or false is needed")
            }
            usesRemoteStorage = value == "true"
        case "local.retention.ms": localRetentionMilliseconds = try number(atLeast: -2)
        case "local.retention.bytes": localRetentionBytes = try number(atLeast: -2)
        case "flush.policy": flushPolicy = try Self.flushPolicy(value)
        default:
            throw .invalidConfiguration(key: key, value: value, reason: "there is no such setting of a topic")
        }
    }

    /// Reads `group`, `never` or `interval:<number>ms`.
    static func flushPolicy(_ value: String) throws(LogError) -> FlushPolicy {
        if value == "group" { return .group }
        if value == "never" { return .never }
        if value.hasPrefix("interval:"), value.hasSuffix("ms"), let milliseconds = Int64(value.dropFirst(9).dropLast(2)),
            milliseconds > 0
        {
            return .interval(milliseconds: milliseconds)
        }
        throw .invalidConfiguration(
            key: "flush.policy", value: value, reason: "group, never or interval:<number>ms is needed, such as interval:100ms")
    }
}
