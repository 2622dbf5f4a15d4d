/// A record of `__consumer_offsets`: a nil value is a tombstone.
public struct GroupRecord: Hashable, Sendable {
    public var key: [UInt8]
    public var value: [UInt8]?

    public init(key: [UInt8], value: [UInt8]?) {
        self.key = key
        self.value = value
    }
}

/// What the coordinator asks its shell to do, in this order.
public enum GroupEffect: Hashable, Sendable {
    /// Append these, all or none. Replies of the same step are held until they are durable.
    case write([GroupRecord])
    /// Answer whoever gave this token. Each token is answered once.
    case reply(UInt64, GroupReply)
    /// Every position of this group is to be forgotten, by tombstones, in the same append as the step's records.
    case forgetPositions(group: String)
    /// Look whether positions of this group are past their time: ``GroupCoordinator/expiredPositions(of:positions:now:)``.
    case checkRetention(group: String)
}

/// One call of the coordinator, while it runs: what it may read, and what it leaves behind.
struct GroupStep {
    let now: Int64
    let settings: GroupSettings
    let topics: any GroupTopics
    /// How often the topics have changed.
    let topicsVersion: UInt64
    var identifiers: GroupIdentifiers
    private(set) var effects: [GroupEffect] = []
    private var records: [GroupRecord] = []
    /// The earliest deadline that was set; the group's place in the heap moves forward to it.
    private(set) var earliestDeadline = Int64.max

    init(
        now: Int64, settings: GroupSettings, topics: any GroupTopics, topicsVersion: UInt64, identifiers: GroupIdentifiers
    ) {
        self.now = now
        self.settings = settings
        self.topics = topics
        self.topicsVersion = topicsVersion
        self.identifiers = identifiers
    }

    mutating func reply(_ token: UInt64, _ reply: GroupReply) { effects.append(.reply(token, reply)) }
    mutating func write(_ record: GroupRecord) { records.append(record) }
    mutating func forgetPositions(of group: String) { effects.append(.forgetPositions(group: group)) }
    mutating func checkRetention(of group: String) { effects.append(.checkRetention(group: group)) }

    /// A moment at which the group wants to be looked at.
    mutating func deadline(after milliseconds: Int64) -> Int64 {
        let deadline = now &+ max(0, milliseconds)
        earliestDeadline = min(earliestDeadline, deadline)
        return deadline
    }

    /// The effects, with the records of the step as one write before the rest.
    func finished() -> [GroupEffect] { records.isEmpty ? effects : [.write(records)] + effects }
}

/// Makes member identifiers: UUIDs of version 4, from the system's generator or, in tests, from a seed.
public struct GroupIdentifiers: Sendable {
    private var seed: UInt64?

    /// From the system's generator.
    public init() {}

    /// The same identifiers for the same seed.
    public init(seed: UInt64) { self.seed = seed }

    private mutating func next() -> UInt64 {
        guard let state = seed else { return UInt64.random(in: .min ... .max) }
        // SplitMix64 (Steele, Lea, Flood 2014).
        seed = state &+ 0x9E37_79B9_7F4A_7C15
        var mixed = state &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func uuid() -> String {
        let high = (next() & ~0xF000) | 0x4000
        let low = (next() & ~(0xC0 << 56)) | (0x80 << 56)
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            let word = index < 16 ? high : low
            text.append(digits[Int((word >> UInt64(60 - 4 * (index % 16))) & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
