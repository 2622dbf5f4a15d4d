import LogClient

/// One stage's place in its consumer group: the member, and which partition numbers it has been given.
///
/// Used by the runtime's coordinating thread alone. Outlives sessions: an error makes the tasks anew, and does not leave the group.
final class StageMembership {
    let stage: Stage
    private let member: any GroupMember
    private(set) var owned: Set<Int32> = []
    private let partitionCount: Int32
    /// True once the coordinator has said, for the first time, what belongs to this member.
    private(set) var hasAssignment = false

    init(stage: Stage, engine: any LogEngine) throws {
        self.stage = stage
        guard let topic = stage.inputs.first else {
            throw EngineError(.invalidRequest, "stage \(stage.name) has no input")
        }
        partitionCount = try engine.partitionCount(of: topic)
        member = try engine.join(group: stage.group, topic: topic)
    }

    var tasks: [TaskIdentifier] { tasks(owning: owned) }

    func tasks(owning numbers: some Sequence<Int32>) -> [TaskIdentifier] {
        TaskAssembly.tasks(of: stage, owning: numbers, of: partitionCount)
    }

    /// Tasks with state that others own.
    var standbys: [TaskIdentifier] {
        guard stage.changelog != nil, hasAssignment else { return [] }
        let own = Set(tasks)
        return tasks(owning: 0..<partitionCount).filter { !own.contains($0) }
    }

    func nextChange(waitingAtMost duration: Duration) throws(EngineError) -> AssignmentChange? {
        try member.nextChange(waitingAtMost: duration)
    }

    /// The change has been carried out.
    func confirm(_ change: AssignmentChange) throws(EngineError) {
        switch change {
        case .assigned(let numbers):
            owned.formUnion(numbers)
            hasAssignment = true
        case .revoked(let numbers), .lost(let numbers): owned.subtract(numbers)
        }
        try member.confirm(change)
    }

    func leave() { member.leave() }
}
