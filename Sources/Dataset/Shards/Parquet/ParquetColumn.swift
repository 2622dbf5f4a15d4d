/// The values of one column of a row group that is being gathered, in Arrow's memory layout: a bit per row that says whether there
/// is a value (lowest bit first), for strings the places of their bytes, and the values.
struct ParquetColumn {
    let kind: ParquetField.Kind
    private(set) var rows = 0
    private(set) var nullCount = 0
    private(set) var validity: [UInt8] = []
    /// For strings alone: rows + 1 places in `values`.
    private(set) var offsets: [Int32] = []
    /// Bytes of strings; 8 bytes per number, little endian; a bit per truth value.
    private(set) var values: [UInt8] = []

    init(_ kind: ParquetField.Kind) {
        self.kind = kind
        if kind == .string { offsets = [0] }
    }

    mutating func append(_ text: String?) {
        if var text {
            text.withUTF8 { values.append(contentsOf: $0) }
        }
        offsets.append(Int32(truncatingIfNeeded: values.count))
        mark(isThere: text != nil)
    }

    mutating func append(_ number: Int64?) {
        appendEight(UInt64(bitPattern: number ?? 0))
        mark(isThere: number != nil)
    }

    mutating func append(_ number: Double?) {
        appendEight((number ?? 0).bitPattern)
        mark(isThere: number != nil)
    }

    mutating func append(_ truth: Bool?) {
        Self.set(truth ?? false, at: rows, in: &values)
        mark(isThere: truth != nil)
    }

    /// Puts later rows of the same kind after these.
    mutating func append(contentsOf later: ParquetColumn) {
        if kind == .bool {
            for row in 0..<later.rows { Self.set(Self.get(row, in: later.values), at: rows + row, in: &values) }
        } else {
            let base = Int32(truncatingIfNeeded: values.count)
            for place in later.offsets.dropFirst() { offsets.append(base &+ place) }
            values.append(contentsOf: later.values)
        }
        for row in 0..<later.rows { Self.set(Self.get(row, in: later.validity), at: rows + row, in: &validity) }
        rows += later.rows
        nullCount += later.nullCount
    }

    private mutating func appendEight(_ bits: UInt64) {
        withUnsafeBytes(of: bits.littleEndian) { values.append(contentsOf: $0) }
    }

    private mutating func mark(isThere: Bool) {
        Self.set(isThere, at: rows, in: &validity)
        rows += 1
        if !isThere { nullCount += 1 }
    }

    private static func get(_ row: Int, in bits: [UInt8]) -> Bool { bits[row / 8] & 1 << UInt8(row % 8) != 0 }

    private static func set(_ bit: Bool, at row: Int, in bits: inout [UInt8]) {
        if row % 8 == 0 { bits.append(0) }
        if bit { bits[row / 8] |= 1 << UInt8(row % 8) }
    }
}

extension ParquetColumn {
    /// The column as bytes, for a spill file of the same process: rows, nulls, and the counts of validity bytes, places and value
    /// bytes (u64 little endian each), then these,
    /// the places in the machine's own byte order.
    var spilled: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(40 + validity.count + 4 * offsets.count + values.count)
        for number in [rows, nullCount, validity.count, offsets.count, values.count] { bytes += littleEndian(UInt64(number)) }
        bytes += validity
        offsets.withUnsafeBytes { bytes.append(contentsOf: $0) }
        bytes += values
        return bytes
    }

    /// Reads back what `spilled` gave, from `position` on; nil where the bytes end too early.
    init?(_ kind: ParquetField.Kind, spilled bytes: [UInt8], at position: inout Int) {
        self.kind = kind
        guard bytes.count - position >= 40 else { return nil }
        let numbers = (0..<5).map { number in
            (0..<8).reduce(0) { $0 | Int(bytes[position + 8 * number + $1]) << (8 * $1) }
        }
        position += 40
        (rows, nullCount) = (numbers[0], numbers[1])
        guard numbers.allSatisfy({ (0...bytes.count * 8).contains($0) }),
            bytes.count - position >= numbers[2] + 4 * numbers[3] + numbers[4]
        else { return nil }
        validity = Array(bytes[position..<position + numbers[2]])
        position += numbers[2]
        offsets = bytes.withUnsafeBytes { raw in
            (0..<numbers[3]).map { raw.loadUnaligned(fromByteOffset: position + 4 * $0, as: Int32.self) }
        }
        position += 4 * numbers[3]
        values = Array(bytes[position..<position + numbers[4]])
        position += numbers[4]
    }
}
