/// The scalars of one run without white space, decoded once for the rules that look around in it.
///
/// A text has many runs: the arrays are kept and filled anew.
struct RunScalars {
    private(set) var classes: [UInt32] = []
    private(set) var values: [UInt32] = []
    /// Byte offsets of the scalars in the text, and of the end.
    private(set) var offsets: [UInt32] = []

    var count: Int { classes.count }

    mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, table: CharacterTable) {
        classes.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        var index = range.lowerBound
        while index < range.upperBound {
            let scalar = UTF8Reading.scalar(bytes, at: index)
            classes.append(table.classes(of: scalar.value).rawValue)
            values.append(scalar.value)
            offsets.append(UInt32(truncatingIfNeeded: index))
            index += scalar.byteCount
        }
        offsets.append(UInt32(truncatingIfNeeded: range.upperBound))
    }

    @inline(__always)
    func has(_ index: Int, _ wanted: ScalarClasses) -> Bool { classes[index] & wanted.rawValue != 0 }

    @inline(__always)
    func offset(_ index: Int) -> Int { Int(offsets[index]) }

    /// The bytes of some scalars.
    @inline(__always)
    func byteCount(_ range: Range<Int>) -> Int {
        Int(offsets[range.upperBound] &- offsets[range.lowerBound])
    }
}
