import Coordination
import Synchronization

/// Answers that wait until what they tell is durable, and until the service's lock is given back.
///
/// Thread rule: any thread. The answers are given once, by whichever comes last: the log or the release.
final class GroupDelivery: Sendable {
    /// An answer, and the same as an error where the write failed.
    struct Answer: Sendable {
        var deliver: @Sendable (_ isDurable: Bool) -> Void
    }

    private struct State {
        var answers: [Answer]
        var isReleased = false
        /// Nil until the log has spoken.
        var isDurable: Bool?
        var isDone = false
    }

    private let state: Mutex<State>
    /// Called before the answers where the write failed.
    private let failed: @Sendable () -> Void

    init(_ answers: [Answer] = [], waitsForLog: Bool, failed: @escaping @Sendable () -> Void = {}) {
        state = Mutex(State(answers: answers, isDurable: waitsForLog ? nil : true))
        self.failed = failed
    }

    /// Adds answers that depend on the same write; false where it is past.
    func add(_ answers: [Answer]) -> Bool {
        state.withLock { state in
            guard !state.isDone else { return false }
            state.answers += answers
            return true
        }
    }

    /// From the log's completion.
    func settle(_ result: Result<Void, any Error>) {
        var isDurable = false
        if case .success = result { isDurable = true }
        state.withLock { $0.isDurable = $0.isDurable ?? isDurable }
        deliver()
    }

    /// The caller holds no lock any more.
    func release() {
        state.withLock { $0.isReleased = true }
        deliver()
    }

    private func deliver() {
        let ready = state.withLock { state -> ([Answer], Bool)? in
            guard state.isReleased, !state.isDone, let isDurable = state.isDurable else { return nil }
            state.isDone = true
            defer { state.answers = [] }
            return (state.answers, isDurable)
        }
        guard let (answers, isDurable) = ready else { return }
        if !isDurable { failed() }
        for answer in answers { answer.deliver(isDurable) }
    }
}
