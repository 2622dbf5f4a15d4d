/// Every group of the broker, as a value: requests and moments in, effects out.
///
/// No clock, no thread, no disk: the caller gives the moment (milliseconds since 1970) with each call, carries out the
/// ``GroupEffect``s in order, and calls ``tick(now:)`` at ``nextDeadline``. A token stands for a request that waits; it is
/// answered exactly once, by the effects of this call or of a later one. State comes back by ``replay(key:value:)`` of the
/// records that were written. Thread rule: a value, one owner at a time.
public struct GroupCoordinator: Sendable {
    public let settings: GroupSettings
    /// The topics there are; consumer groups follow them: ``topicsChanged()``.
    public var topics: any GroupTopics
    /// A group that has seen none has seen version 0.
    var topicsVersion: UInt64 = 1
    var identifiers: GroupIdentifiers
    var groups: [String: Slot] = [:]
    var heap = DeadlineHeap()

    public init(
        settings: GroupSettings = GroupSettings(), topics: any GroupTopics = FixedGroupTopics(),
        identifiers: GroupIdentifiers = GroupIdentifiers()
    ) {
        self.settings = settings
        self.topics = topics
        self.identifiers = identifiers
    }

    enum Group: Sendable {
        case classic(ClassicGroup)
        case consumer(ConsumerGroup)
    }

    /// A group, and when it is to be looked at.
    struct Slot: Sendable {
        /// Nil while it is being worked on, and for a group that is gone.
        var group: Group?
        /// The deadline with which it stands in the heap.
        var scheduledAt = Int64.max
        /// When its positions are looked through for old ones.
        var retentionDeadline = Int64.max

        /// Takes the classic group out, so that it can be changed without a copy. Nil, and left there, where it is none.
        mutating func takeClassic() -> ClassicGroup? {
            guard case .classic(let classic) = group else { return nil }
            group = nil
            return classic
        }
    }

    /// When ``tick(now:)`` is next of use; `Int64.max` for never.
    public var nextDeadline: Int64 { heap.earliest?.deadline ?? .max }

    public var groupCount: Int { groups.count }

    /// Runs one call on one group: out of its place and into it again, and its place among the deadlines.
    mutating func perform(
        _ id: String, _ now: Int64, _ body: (inout Slot, inout GroupStep) -> Void
    ) -> [GroupEffect] {
        var step = GroupStep(
            now: now, settings: settings, topics: topics, topicsVersion: topicsVersion, identifiers: identifiers)
        // In place: to remove and insert would move its neighbours about.
        let index = groups.index(forKey: id)
        var slot = Slot()
        if let index { swap(&slot, &groups.values[index]) }
        body(&slot, &step)
        identifiers = step.identifiers
        if slot.group != nil {
            if slot.retentionDeadline == .max { slot.retentionDeadline = nextRetentionCheck(after: now) }
            let deadline = min(step.earliestDeadline, slot.retentionDeadline)
            if deadline < slot.scheduledAt {
                slot.scheduledAt = deadline
                heap.push(.init(deadline: deadline, group: id))
            }
            if let index { swap(&slot, &groups.values[index]) } else { groups[id] = slot }
        } else if let index {
            groups.remove(at: index)
        }
        dropOvertaken()
        return step.finished()
    }

    /// The error of a request that would make a group and must not: records hold names of up to 32,767 bytes.
    func refusalToMake(_ id: String) -> KafkaErrorCode? {
        if knows(id) { return nil }
        if id.utf8.count > Int(Int16.max) { return .invalidGroupID }
        return groups.count < settings.maximumGroups ? nil : .coordinatorNotAvailable
    }

    /// Nobody is woken for a deadline that an earlier one has overtaken, or whose group is gone.
    private mutating func dropOvertaken() {
        while let first = heap.earliest, scheduled(first.group) != first.deadline { _ = heap.pop() }
    }

    /// The deadline under which a group stands in the heap; nil for one that is gone. By its index, which copies nothing.
    private func scheduled(_ id: String) -> Int64? {
        groups.index(forKey: id).map { groups.values[$0].scheduledAt }
    }

    /// At multiples of the interval, so that 10,000 groups make one wake-up of it and not 10,000.
    func nextRetentionCheck(after now: Int64) -> Int64 {
        let interval = max(1, settings.offsetsRetentionCheckMilliseconds)
        return (now / interval + 1) * interval
    }

    /// Does what is due: sessions that ended, rebalances whose time is over, positions past their retention.
    public mutating func tick(now: Int64) -> [GroupEffect] {
        var effects: [GroupEffect] = []
        while let due = heap.earliest, due.deadline <= now {
            _ = heap.pop()
            guard scheduled(due.group) == due.deadline else { continue }
            let nextCheck = nextRetentionCheck(after: now)
            effects += perform(due.group, now) { slot, step in
                slot.scheduledAt = .max
                guard var next = slot.expire(&step) else { return }
                if slot.retentionDeadline <= now {
                    step.checkRetention(of: due.group)
                    slot.retentionDeadline = nextCheck
                }
                next = min(next, slot.retentionDeadline)
                // Never the same moment again: a tick ends.
                _ = step.deadline(after: max(1, next - now))
            }
        }
        return effects
    }
}

extension GroupCoordinator.Slot {
    /// Gives the group's next deadline after what was due is done.
    mutating func expire(_ step: inout GroupStep) -> Int64? {
        if var classic = takeClassic() {
            classic.expire(&step)
            let next = classic.nextDeadline
            group = .classic(classic)
            return next
        }
        if case .consumer(var consumer) = group {
            group = nil
            consumer.expire(&step)
            put(consumer, &step)
            switch group {
            case .classic(let classic): return classic.nextDeadline
            case .consumer(let consumer): return consumer.nextDeadline
            case nil: return nil
            }
        }
        return nil
    }
}
