/// Second and later occurrences in a list.
struct Repetition: ~Copyable {
    /// How many of the elements had been seen before, and their length in scalars.
    private(set) var elements = 0
    private(set) var scalars = 0
    private var seen: HashSet64

    init(capacity: Int) { seen = HashSet64(capacity: capacity) }

    mutating func add(hash: UInt64, scalarCount: Int) {
        if !seen.insert(hash) {
            elements += 1
            scalars += scalarCount
        }
    }
}
