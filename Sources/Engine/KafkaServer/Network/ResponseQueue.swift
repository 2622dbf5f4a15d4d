import NIOCore

/// Answers of one connection in the order of its requests, whatever the order in which they become ready. No I/O.
struct ResponseQueue {
    private enum Slot {
        case waiting
        case ready(Answer)
        /// Nothing is sent: a produce request with `acks=0`.
        case silent
    }

    private var slots = CircularBuffer<Slot>()
    private var firstNumber: UInt64 = 0

    /// Requests that are not answered yet.
    var count: Int { slots.count }

    /// Takes the place for the next request's answer.
    mutating func reserve() -> UInt64 {
        slots.append(.waiting)
        return firstNumber + UInt64(slots.count) - 1
    }

    /// Fills a place; nil sends nothing.
    mutating func complete(_ number: UInt64, with answer: Answer?) {
        guard number >= firstNumber, number - firstNumber < UInt64(slots.count) else { return }
        let index = slots.index(slots.startIndex, offsetBy: Int(number - firstNumber))
        slots[index] = answer.map { .ready($0) } ?? .silent
    }

    /// The next answer whose turn it is.
    mutating func next() -> Answer? {
        while let first = slots.first {
            switch first {
            case .waiting: return nil
            case .silent: drop()
            case .ready(let answer):
                drop()
                return answer
            }
        }
        return nil
    }

    private mutating func drop() {
        slots.removeFirst()
        firstNumber += 1
    }
}
