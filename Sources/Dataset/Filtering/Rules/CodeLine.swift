/// Whether a line looks like a line of a program: by how it ends, or by signs that prose does not have.
enum CodeLine {
    private static let signs: [[UInt8]] = [
        "();", "){", ") {", "=>", "->", "::", "==", "!=", "&&", "||", "</", "/>", "/*", "*/", "function(", "#include",
        "console.", "document.", "window.", "$(", "${", "var ", "const ", "#!/",
    ].map { Array($0.utf8) }

    /// The first bytes of the signs, so that most of a line costs one look-up a byte.
    private static let mayStart: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for sign in signs { table[Int(sign[0])] = true }
        return table
    }()

    static func isCode(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
        let trimmed = UTF8Reading.trimming(bytes, line)
        guard let last = trimmed.last else { return false }
        switch bytes[last] {
        case UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}"): return true
        default: return signCount(bytes, trimmed) >= 2
        }
    }

    private static func signCount(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Int {
        var count = 0
        for index in line where mayStart[Int(bytes[index])] {
            for sign in signs where index + sign.count <= line.upperBound {
                if sign.indices.allSatisfy({ bytes[index + $0] == sign[$0] }) { count += 1 }
            }
        }
        return count
    }
}
