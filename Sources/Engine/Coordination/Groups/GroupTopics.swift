/// A topic as groups see it.
public struct GroupTopic: Hashable, Sendable {
    public var name: String
    public var id: TopicID
    public var partitions: Int32

    public init(name: String, id: TopicID, partitions: Int32) {
        self.name = name
        self.id = id
        self.partitions = partitions
    }
}

/// A topic's UUID: 16 bytes, as the wire carries them.
public struct TopicID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public static func < (left: TopicID, right: TopicID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    /// 32 digits, base 16.
    public var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

/// The topics there are. Asked under the coordinator's lock: it must answer from memory and must not call back.
public protocol GroupTopics: Sendable {
    func topic(named name: String) -> GroupTopic?
    func topic(_ id: TopicID) -> GroupTopic?
    /// Every topic that a pattern may match: internal ones left out.
    var names: [String] { get }
}

/// A fixed set of topics: for tests, and where groups need to know of none.
public struct FixedGroupTopics: GroupTopics {
    private let byName: [String: GroupTopic]
    private let byID: [TopicID: GroupTopic]

    public init(_ topics: [GroupTopic] = []) {
        byName = Dictionary(topics.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        byID = Dictionary(topics.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    public func topic(named name: String) -> GroupTopic? { byName[name] }
    public func topic(_ id: TopicID) -> GroupTopic? { byID[id] }
    public var names: [String] { byName.keys.sorted() }
}
