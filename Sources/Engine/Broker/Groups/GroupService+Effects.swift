import Coordination

extension GroupService {
    /// Under the lock. What is given back is to be released when the lock is.
    func carryOut(_ effects: [GroupEffect], _ state: inout State, _ now: Int64) -> [GroupDelivery] {
        var records: [GroupRecord] = []
        var forgotten: [String] = []
        var prompt: [GroupDelivery.Answer] = []
        var held: [GroupDelivery.Answer] = []
        var deliveries: [GroupDelivery] = []
        for effect in effects {
            switch effect {
            case .write(let more): records += more
            case .forgetPositions(let group): forgotten.append(group)
            case .reply(let token, let reply):
                guard let answer = state.waiting.removeValue(forKey: token) else { continue }
                let delivered = GroupDelivery.Answer { isDurable in
                    answer(isDurable ? reply : .heartbeat(.coordinatorNotAvailable))
                }
                // A heartbeat tells nothing that could be lost.
                if case .heartbeat = reply { prompt.append(delivered) } else { held.append(delivered) }
            case .checkRetention(let group): deliveries += checkRetention(of: group, &state, now)
            }
        }
        if records.isEmpty && forgotten.isEmpty {
            if !held.isEmpty, state.lastDelivery?.add(held) != true { prompt += held }
        } else {
            let delivery = append(records, forgetting: forgotten, held, &state)
            deliveries.append(delivery)
            state.lastDelivery = delivery
        }
        if !prompt.isEmpty { deliveries.append(GroupDelivery(prompt, waitsForLog: false)) }
        return deliveries
    }

    private func append(
        _ records: [GroupRecord], forgetting groups: [String], _ answers: [GroupDelivery.Answer], _ state: inout State
    ) -> GroupDelivery {
        let records = unwrittenRecords(&state) + records
        let keys = records.compactMap { record in GroupCoordinator.group(ofKey: record.key).map { (group: $0, key: record.key) } }
        // A closure that keeps the service alive until the log has answered: it does, or the process ends.
        let delivery = GroupDelivery(answers, waitsForLog: true) { self.noteUnwritten(keys) }
        table.appendGroupRecords(records, forgetting: groups) { delivery.settle($0) }
        return delivery
    }

    /// What earlier writes failed to write, as it is now.
    private func unwrittenRecords(_ state: inout State) -> [GroupRecord] {
        guard !state.unwritten.isEmpty else { return [] }
        defer { state.unwritten = [:] }
        return state.unwritten.sorted { $0.key < $1.key }.flatMap { group, keys in
            let latest = Dictionary(
                state.coordinator.latestRecords(of: group).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            return keys.sorted { $0.lexicographicallyPrecedes($1) }.map { GroupRecord(key: $0, value: latest[$0] ?? nil) }
        }
    }

    private func checkRetention(of group: String, _ state: inout State, _ now: Int64) -> [GroupDelivery] {
        let positions = table.groupPositions(of: group).sorted { $0.key < $1.key }.map { partition, position in
            GroupCoordinator.CommittedPosition(
                partition: partition, committedMilliseconds: position.committedMilliseconds, isPending: position.isPending)
        }
        let (expired, effects) = state.coordinator.applyRetention(of: group, positions: positions, now: now)
        if !expired.isEmpty {
            // Where this fails the positions are found again at the next check.
            table.forgetGroupPositions(expired, of: group) { _ in }
        }
        return carryOut(effects, &state, now)
    }
}
