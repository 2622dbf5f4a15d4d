import LogClient

/// The steps of a task that merges its first input and brings each record together with its companions of the other inputs.
///
/// A companion waits in its partition until its record is there, so that a commit never stands between the two. Marks of the other inputs say only how far
/// those are; what goes on is the progress of the first.
extension StreamTask {
    /// The cursors whose records are merged: of this kind of stage those of the first input, else all.
    var mergedCursors: [InputCursor] {
        guard case .gathered = stage.kind else { return cursors }
        return cursors.filter { $0.input == 0 }
    }

    func stepGathered(_ processor: any GatheringProcessor, _ transaction: any LogTransaction) throws -> Bool {
        if inputGroups.isEmpty { inputGroups = stage.inputs.indices.map { input in cursors.filter { $0.input == input } } }
        try passCompanionMarks()
        guard let (cursor, head) = try InputSelection.next(among: inputGroups[0]) else { return try passUnclaimedCompanion() }
        guard head.kind == .record else {
            isDirty = true
            try pass(mark: head, from: [cursor], transaction)
            return true
        }
        var companions: [InputCursor] = []
        for input in stage.inputs.indices.dropFirst() {
            switch try companion(of: head.order, in: input) {
            case .found(let companion): companions.append(companion)
            case .awaited: return false
            case .missing:
                isDirty = true
                prepare(cursor, head)
                let missing = MissingCompanion(record: cursor.partition, order: head.order, companion: stage.inputs[input])
                try settle(.failure(missing), [cursor] + companions, head, transaction)
                return true
            }
        }
        isDirty = true
        prepare(cursor, head)
        let disposition = attempt { context in
            for companion in companions { try companion.withRecord { try processor.gather($0, from: companion.input) } }
            return try cursor.withRecord { record in try processor.process(record, context) }
        }
        try settle(disposition, [cursor] + companions, head, transaction)
        return true
    }

    private enum Companion {
        case found(InputCursor)
        /// It may still come.
        case awaited
        /// The stage that writes the input has passed the order key, and there is none.
        case missing
    }

    private func companion(of order: OrderKey, in input: Int) throws -> Companion {
        while let (cursor, head) = try InputSelection.next(among: inputGroups[input]) {
            if head.order == order, head.kind == .record { return .found(cursor) }
            if head.order > order { return .missing }
            // Below the order key there is nothing left that it could belong to: its record was not among those that this task is given.
            cursor.advance()
            isDirty = true
        }
        let isPassed = inputGroups[input].allSatisfy { cursor in cursor.progress.map { $0 >= order } ?? false }
        return isPassed ? .missing : .awaited
    }

    /// Where the first input is at its end: a companion of a record that can no longer come.
    private func passUnclaimedCompanion() throws -> Bool {
        var progress: OrderKey?
        for cursor in inputGroups[0] {
            guard try cursor.head() == nil, let own = cursor.progress else { return false }
            progress = min(progress ?? own, own)
        }
        guard let progress else { return false }
        for cursor in cursors where cursor.input > 0 {
            guard let head = try cursor.head(), head.order <= progress else { continue }
            cursor.advance()
            isDirty = true
            return true
        }
        return false
    }

    private func passCompanionMarks() throws {
        for cursor in cursors where cursor.input > 0 {
            while let head = try cursor.head(), head.kind != .record {
                cursor.advance()
                isDirty = true
            }
        }
    }
}
