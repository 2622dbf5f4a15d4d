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
        if trimmed.count <= longestStatement, isStatementEnd(bytes[last]) { return true }
        let signs = signCount(bytes, trimmed)
        return signs >= 2 && signs * bytesForSign >= trimmed.count
    }

    /// A longer line that ends like a statement is a paragraph that ends so, unless it is full of signs.
    private static let longestStatement = 160
    /// How few signs a line of code has at least: one in so many bytes.
    private static let bytesForSign = 60

    private static func isStatementEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
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
