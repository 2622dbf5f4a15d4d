import Synchronization

/// A member of a consumer group: learns which partitions of the group's topic are its own.
///
/// Partitions of one topic alone are divided, and their numbers stand for tasks: a stage with two inputs, or one that reads all partitions of a
/// topic in one task, takes what else belongs to the number by itself, so that every assignor keeps together what must stay together.
///
/// Thread rule: one thread at a time.
public protocol GroupMember: AnyObject, Sendable {
    /// What changes now, waiting at most so long for it; nil where nothing does. The other members wait until it is confirmed.
    ///
    /// Has to be called at least every few minutes, also while work goes on: who stays silent is taken for dead.
    func nextChange(waitingAtMost duration: Duration) throws(EngineError) -> AssignmentChange?

    /// The change has been carried out: for a revocation, everything handled is committed.
    func confirm(_ change: AssignmentChange) throws(EngineError)

    /// Leaves the group, so that its other members need not wait to notice.
    func leave()
}

/// What a group's coordinator asks of a member.
public enum AssignmentChange: Hashable, Sendable {
    /// These partitions are the member's from now on.
    case assigned([Int32])
    /// These go to another member as soon as the change is confirmed; what was handled may still be committed.
    case revoked([Int32])
    /// These are another member's already, and nothing may be committed for them any more.
    case lost([Int32])
}

/// The only member of a group: has all partitions from the beginning.
public final class SoleMember: GroupMember {
    private let change: Mutex<AssignmentChange?>

    public init(partitions: Int32) { change = Mutex(.assigned(Array(0..<partitions))) }

    public func nextChange(waitingAtMost duration: Duration) throws(EngineError) -> AssignmentChange? {
        change.withLock { change in
            defer { change = nil }
            return change
        }
    }

    public func confirm(_ change: AssignmentChange) throws(EngineError) {}
    public func leave() {}
}
