/// What one compaction did.
public struct CompactionReport: Sendable, Equatable {
    /// How often the log was gone through: more than once when the keys did not fit into memory.
    public var passes = 0
    public var segmentsBefore = 0
    public var segmentsAfter = 0
    public var bytesBefore: Int64 = 0
    public var bytesAfter: Int64 = 0
    public var recordsRead = 0
    public var recordsKept = 0
    /// No key is twice among the records before this offset.
    public var cleanedUpTo: Int64 = 0
}
