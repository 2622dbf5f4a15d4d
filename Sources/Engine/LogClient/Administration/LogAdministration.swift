public import AccessControl
public import Coordination

/// Looking after a log: its topics, groups, settings and access rules, in a data folder or on a Kafka cluster alike.
///
/// What is not there, or may not be done, throws with a sentence that names it, the place and the fix. One thread at a time.
public protocol LogAdministration: AnyObject {
    /// Where the log is, for messages: "the data folder crawl", "the cluster at localhost:9092".
    var place: String { get }

    /// Every topic, by name.
    func topics() throws -> [AdministeredTopic]
    /// One topic; throws where there is none.
    func topic(_ name: String) throws -> AdministeredTopic
    /// `replicas`: copies of each partition; `nil` as the cluster has it.
    func createTopic(_ name: String, partitions: Int32, replicas: Int?, settings: [String: String]) throws
    func deleteTopic(_ name: String) throws
    /// Adds partitions, to `total`.
    func createPartitions(_ name: String, total: Int32) throws

    /// For each partition the offset at a place: for a time the first record from it on, or the end where there is none.
    func offsets(of partitions: [TopicPartition], at place: LogPlace) throws -> [TopicPartition: Int64]

    /// Every group, by name.
    func groups() throws -> [AdministeredGroup]
    /// One group with its members and positions; throws where there is none.
    func group(_ name: String) throws -> AdministeredGroup
    func deleteGroup(_ name: String) throws
    /// Sets positions of a group that has no members now.
    func setPositions(_ positions: [TopicPartition: Int64], of group: String) throws

    func settings(of resource: SettingResource) throws -> [AdministeredSetting]
    /// Sets some settings and takes others back to their defaults; the rest stays.
    func alterSettings(of resource: SettingResource, set: [String: String], delete: Set<String>) throws

    func accessRules(_ filter: AclFilter) throws -> [AclBinding]
    func addAccessRules(_ rules: [AclBinding]) throws
    /// What was removed.
    func removeAccessRules(_ filter: AclFilter) throws -> [AclBinding]

    func close()
}

/// A place in a partition.
public enum LogPlace: Sendable, Hashable {
    case earliest
    /// Where a reader of committed records ends.
    case latest
    /// Milliseconds since 1970.
    case time(milliseconds: Int64)
}

/// A topic with what is known of its partitions.
public struct AdministeredTopic: Sendable, Equatable {
    public struct Partition: Sendable, Equatable {
        public var number: Int32
        public var start: Int64
        public var end: Int64
        /// Where a reader of committed records ends.
        public var committed: Int64
        /// On disk; `nil` where it is not known from here.
        public var bytes: Int?
        public var segments: Int?
        /// Broker ids; `nil` in a data folder, which has no brokers.
        public var leader: Int32?
        public var replicas: [Int32]?

        public init(
            number: Int32, start: Int64, end: Int64, committed: Int64, bytes: Int? = nil, segments: Int? = nil, leader: Int32? = nil,
            replicas: [Int32]? = nil
        ) {
            self.number = number
            self.start = start
            self.end = end
            self.committed = committed
            self.bytes = bytes
            self.segments = segments
            self.leader = leader
            self.replicas = replicas
        }
    }

    public var name: String
    public var partitions: [Partition]
    /// What differs from the defaults; empty where it was not asked for.
    public var settings: [String: String]

    public init(name: String, partitions: [Partition], settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.settings = settings
    }

    /// The span of offsets, which counts transaction markers and aborted records too.
    public var records: Int64 { partitions.reduce(0) { $0 + $1.end - $1.start } }
    public var bytes: Int? { Self.sum(partitions.map(\.bytes)) }
    public var segments: Int? { Self.sum(partitions.map(\.segments)) }

    private static func sum(_ values: [Int?]) -> Int? {
        values.reduce(0) { total, value in total.flatMap { total in value.map { total + $0 } } }
    }
}

/// A consumer group.
public struct AdministeredGroup: Sendable, Equatable {
    public struct Member: Sendable, Equatable {
        public var id: String
        public var clientID: String
        public var host: String
        public var partitions: [TopicPartition]

        public init(id: String, clientID: String, host: String, partitions: [TopicPartition]) {
            self.id = id
            self.clientID = clientID
            self.host = host
            self.partitions = partitions
        }
    }

    public struct Position: Sendable, Equatable {
        public var offset: Int64
        public var metadata: String
        /// Milliseconds since 1970; `nil` where it is not known from here.
        public var committedMilliseconds: Int64?

        public init(offset: Int64, metadata: String = "", committedMilliseconds: Int64? = nil) {
            self.offset = offset
            self.metadata = metadata
            self.committedMilliseconds = committedMilliseconds
        }
    }

    public var name: String
    /// As Kafka names it: "Stable", "Empty", …
    public var state: String
    /// How its members share partitions; empty without members.
    public var assignor: String
    public var members: [Member]
    public var positions: [TopicPartition: Position]

    public init(
        name: String, state: String, assignor: String = "", members: [Member] = [], positions: [TopicPartition: Position] = [:]
    ) {
        self.name = name
        self.state = state
        self.assignor = assignor
        self.members = members
        self.positions = positions
    }
}

/// Whose settings are meant.
public enum SettingResource: Sendable, Hashable, CustomStringConvertible {
    case topic(String)
    /// A broker, by its id.
    case broker(String)

    public var description: String {
        switch self {
        case .topic(let name): "topic \(name)"
        case .broker(let id): "broker \(id)"
        }
    }
}

/// A setting as it is in force.
public struct AdministeredSetting: Sendable, Equatable {
    public var name: String
    /// `nil` where it is secret.
    public var value: String?
    /// Whether it was set for this resource itself.
    public var isOverridden: Bool
    public var isReadOnly: Bool

    public init(name: String, value: String?, isOverridden: Bool, isReadOnly: Bool = false) {
        self.name = name
        self.value = value
        self.isOverridden = isOverridden
        self.isReadOnly = isReadOnly
    }
}
