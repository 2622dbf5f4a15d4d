/// How keys lie in the database. Version 1.
///
/// ```
/// key                               value
/// 00 00 'v'                         layout version, 1 byte: 1
/// 00 00 'o'                         changelog offset: 8 bytes, big-endian
/// 00 00 'n' name (UTF-8)            number of the store of that name: 2 bytes, big-endian, from 1
/// number (2 bytes, big-endian) key  value of `key` in that store
/// ```
///
/// Named stores are key prefixes, not column families: a column family would bring its own memory tables and files (a task has a
/// handful of stores, a process dozens of tasks, and memory is bounded), and with one family the data and the offset they
/// include are in one memory table, flushed as one. Two bytes a key cost next to nothing, since blocks store shared prefixes once.
enum StateLayout {
    static let version: UInt8 = 1
    static let prefixLength = 2
    static let greatestNumber = 0xFFFE

    static let versionKey: [UInt8] = [0, 0, UInt8(ascii: "v")]
    static let offsetKey: [UInt8] = [0, 0, UInt8(ascii: "o")]
    static let namePrefix: [UInt8] = [0, 0, UInt8(ascii: "n")]

    static func prefix(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }

    static func number(of key: UnsafeRawBufferPointer) -> UInt16 { UInt16(key[0]) << 8 | UInt16(key[1]) }

    static func encode(offset: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: offset >> (56 - 8 * $0)) }
    }

    static func decodeOffset(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count == 8 else { return nil }
        return bytes.reduce(0) { $0 << 8 | Int64($1) }
    }

    /// Calls `body` with the prefixed key, on the stack where it is short.
    @inline(__always)
    static func withKey<Result>(
        _ number: UInt16, _ key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result {
        // Swift's temporary allocation rethrows untyped: the outcome is carried out as a value.
        let outcome: Swift.Result<Result, StateStoreError> = withUnsafeTemporaryAllocation(
            byteCount: prefixLength + key.count, alignment: 1
        ) { whole in
            whole[0] = UInt8(number >> 8)
            whole[1] = UInt8(truncatingIfNeeded: number)
            if !key.isEmpty { UnsafeMutableRawBufferPointer(rebasing: whole[prefixLength...]).copyMemory(from: key) }
            do throws(StateStoreError) {
                return .success(try body(UnsafeRawBufferPointer(whole)))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
