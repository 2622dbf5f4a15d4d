/// The scalars of one run without white space, decoded once for the rules that look around in it.
///
/// A text has many runs: the memory is kept and filled anew.
struct RunScalars {
    struct Item {
        var classes: UInt32
        var value: UInt32
        /// Of its first byte in the text.
        var offset: UInt32
    }

    /// The scalars, and an empty one behind them for the end's offset.
    private var items: [Item] = []

    var count: Int { items.count - 1 }

    mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, table: CharacterTable) {
        items.removeAll(keepingCapacity: true)
        items.reserveCapacity(range.count + 1)
        var index = range.lowerBound
        while index < range.upperBound {
            let scalar = UTF8Reading.scalar(bytes, at: index)
            items.append(
                Item(
                    classes: table.classes(of: scalar.value).rawValue, value: scalar.value,
                    offset: UInt32(truncatingIfNeeded: index)))
            index += scalar.byteCount
        }
        items.append(Item(classes: 0, value: 0, offset: UInt32(truncatingIfNeeded: range.upperBound)))
    }

    @inline(__always)
    func classes(_ index: Int) -> UInt32 { items[index].classes }

    @inline(__always)
    func value(_ index: Int) -> UInt32 { items[index].value }

    @inline(__always)
    func has(_ index: Int, _ wanted: ScalarClasses) -> Bool { items[index].classes & wanted.rawValue != 0 }

    @inline(__always)
    func offset(_ index: Int) -> Int { Int(items[index].offset) }

    /// The bytes of some scalars.
    @inline(__always)
    func byteCount(_ range: Range<Int>) -> Int {
        Int(items[range.upperBound].offset &- items[range.lowerBound].offset)
    }
}
