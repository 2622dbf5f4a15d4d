/// What a record says of its block's length.
enum ContentLength: Equatable {
    case bytes(UInt64)
    case missing
    case invalid

    /// No record is longer (1 TiB): such a number is a mistake or an attack.
    static let maximum: UInt64 = 1 << 40

    init(_ field: ArraySlice<UInt8>?) {
        guard let field else {
            self = .missing
            return
        }
        let number = field.withUnsafeBytes { ContentLength.number($0) }
        self = number.map { .bytes($0) } ?? .invalid
    }

    /// The number that decimal digits say, if they are all there is and it is a plausible length.
    static func number(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard bytes.count > 0, bytes.count <= 20 else { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            guard byte.isDigit else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            let (sum, carried) = product.addingReportingOverflow(UInt64(byte - 48))
            guard !carried else { return nil }
            value = sum
        }
        return value <= maximum ? value : nil
    }
}
