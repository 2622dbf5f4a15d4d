public import Coordination

/// A group's position in the table, as the coordinator needs it.
public struct GroupPosition: Hashable, Sendable {
    public var position: OffsetAndMetadata
    /// Since 1970.
    public var committedMilliseconds: Int64
    /// A transaction has a commit of this partition that is not decided yet.
    public var isPending: Bool

    public init(position: OffsetAndMetadata, committedMilliseconds: Int64, isPending: Bool = false) {
        self.position = position
        self.committedMilliseconds = committedMilliseconds
        self.isPending = isPending
    }
}

/// Where groups stand, and the log of `__consumer_offsets` in which that and the groups themselves are written.
///
/// The ``GroupService`` calls it while it holds its own lock: an implementation must not call back into the service, except by
/// the completions, which may come from any thread, also from the caller's before the call returns. Appends take effect in
/// the order of the calls; a completion says that what was appended is durable, or that it may not be.
public protocol PositionTable: Sendable {
    typealias Completion = @Sendable (Result<Void, any Error>) -> Void

    /// The groups that have positions.
    var groupsWithPositions: [String] { get }
    /// Every position of a group; those with an undecided commit alone have the offset -1.
    func groupPositions(of group: String) -> [TopicPartition: GroupPosition]
    /// Appends and takes in positions, all or none.
    func commitGroupPositions(_ commits: [OffsetCommit], _ completion: @escaping Completion)
    /// Appends records of groups that are no positions and forgets every position of `groups`, all or none.
    func appendGroupRecords(_ records: [GroupRecord], forgetting groups: [String], _ completion: @escaping Completion)
    /// Forgets some positions of a group; those it does not have are passed over.
    func forgetGroupPositions(_ partitions: [TopicPartition], of group: String, _ completion: @escaping Completion)
}
