import Foundation

/// Lines of standard input, as they come: what one read gives is handed out at once, so that typing works too.
struct ProduceInput {
    /// A longer line is refused: it must fit in memory and in a batch.
    static let lineLimit = 64 << 20

    private var rest: [UInt8] = []
    private var isEnded = false

    /// The lines that the next read completes, without their ends; nil at the end of the input.
    mutating func next() throws -> [ArraySlice<UInt8>]? {
        while !isEnded {
            let data = FileHandle.standardInput.availableData
            guard !data.isEmpty else {
                isEnded = true
                defer { rest = [] }
                return rest.isEmpty ? nil : [rest[...]]
            }
            let searched = rest.count
            rest.append(contentsOf: data)
            guard let last = rest[searched...].lastIndex(of: 0x0A) else {
                guard rest.count <= Self.lineLimit else {
                    throw CommandFailure("a line of the input is longer than \(Self.lineLimit) bytes: split it, lines become records")
                }
                continue
            }
            let lines = rest[..<last].split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
                line.last == 0x0D ? line.dropLast() : line
            }
            rest = Array(rest[(last + 1)...])
            return lines
        }
        return nil
    }
}
