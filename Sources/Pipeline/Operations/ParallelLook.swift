import Dispatch
import Synchronization

/// Does the same for many places at once, since looking at a cluster is mostly waiting.
enum ParallelLook {
    /// The results in the order of the items; the first error ends it, after what is under way.
    static func map<Item: Sendable, Outcome: Sendable>(
        _ items: [Item], width: Int = 16, _ body: @escaping @Sendable (Item) throws -> Outcome
    ) throws -> [Outcome] {
        let work = Work<Outcome>(count: items.count)
        let group = DispatchGroup()
        let queue = DispatchQueue(label: "leat.look", attributes: .concurrent)
        for _ in 0..<min(width, items.count) {
            queue.async(group: group) {
                while let index = work.take() { work.finish(index, Result { try body(items[index]) }) }
            }
        }
        group.wait()
        return try work.outcomes()
    }

    private final class Work<Outcome: Sendable>: Sendable {
        private struct State {
            var next = 0
            var outcomes: [Int: Outcome] = [:]
            var failure: (any Error)?
        }

        private let count: Int
        private let state = Mutex(State())

        init(count: Int) { self.count = count }

        func take() -> Int? {
            state.withLock { state in
                guard state.failure == nil, state.next < count else { return nil }
                state.next += 1
                return state.next - 1
            }
        }

        func finish(_ index: Int, _ result: Result<Outcome, any Error>) {
            state.withLock { state in
                switch result {
                case .success(let outcome): state.outcomes[index] = outcome
                case .failure(let error): state.failure = state.failure ?? error
                }
            }
        }

        func outcomes() throws -> [Outcome] {
            try state.withLock { state in
                if let failure = state.failure { throw failure }
                return (0..<count).compactMap { state.outcomes[$0] }
            }
        }
    }
}
