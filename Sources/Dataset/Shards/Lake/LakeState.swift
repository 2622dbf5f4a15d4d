/// What the owner's commit records of a lake writer. The rows from the first one that is in no sealed file are read again after a kill.
public struct LakeState: Codable, Equatable, Sendable {
    public struct Partition: Codable, Equatable, Sendable {
        public let language: String
        public let nextFile: Int
        /// Rows up to and with this one are in sealed or published files and are passed over when they come again.
        public let lastSealed: OrderKey
    }

    public let signals: [String]
    /// Those with a sealed file, in the order of their names.
    public let partitions: [Partition]
    /// Files that are whole and on the disk, and not known to be published when the state was taken.
    public let sealed: [LakeFile]

    init(signals: [String], partitions: [Partition], sealed: [LakeFile]) {
        self.signals = signals
        self.partitions = partitions
        self.sealed = sealed
    }

    public func encoded() throws(ShardError) -> [UInt8] { try jsonBytes(self, readable: false) }

    public init(decoding bytes: [UInt8]) throws(ShardError) {
        self = try fromJSON(LakeState.self, bytes, what: "the state of a lake writer")
    }
}
