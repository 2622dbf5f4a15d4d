/// A Swift file with what is not code blanked out: comments, and the contents of string literals, become spaces.
///
/// Lines and columns stay where they were. Code inside `\( )` of a string is blanked too: no rule here looks into it.
struct SwiftText {
    /// The code alone, as UTF-8, of the same length as the file.
    let code: [UInt8]
    /// The comments alone, of the same length as the file.
    let comments: [UInt8]

    init(_ text: String) {
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.run()
        code = scanner.code
        comments = scanner.comments
    }

    static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 10, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private struct Scanner {
        let bytes: [UInt8]
        var code: [UInt8]
        var comments: [UInt8]
        var place = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
            code = bytes.map { $0 == 10 ? 10 : 32 }
            comments = code
        }

        mutating func run() {
            while place < bytes.count {
                if starts("//") {
                    while place < bytes.count, bytes[place] != 10 { keepComment() }
                } else if starts("/*") {
                    blockComment()
                } else if let pounds = stringOpening() {
                    string(pounds)
                } else {
                    code[place] = bytes[place]
                    place += 1
                }
            }
        }

        func starts(_ text: StaticString, at offset: Int = 0) -> Bool {
            text.withUTF8Buffer { text in
                place + offset + text.count <= bytes.count && text.indices.allSatisfy { bytes[place + offset + $0] == text[$0] }
            }
        }

        mutating func keepComment() {
            comments[place] = bytes[place]
            place += 1
        }

        /// Comments nest in Swift.
        mutating func blockComment() {
            var depth = 0
            repeat {
                if starts("/*") { depth += 1; keepComment() } else if starts("*/") { depth -= 1; keepComment() }
                keepComment()
            } while depth > 0 && place < bytes.count
        }

        /// The number of `#` before an opening quotation mark here; nil where no string begins.
        func stringOpening() -> Int? {
            var pounds = 0
            while place + pounds < bytes.count, bytes[place + pounds] == UInt8(ascii: "#") { pounds += 1 }
            return place + pounds < bytes.count && bytes[place + pounds] == UInt8(ascii: "\"") ? pounds : nil
        }

        mutating func string(_ pounds: Int) {
            place += pounds
            let isMultiline = starts("\"\"\"")
            code[place] = bytes[place]
            place += isMultiline ? 3 : 1
            while place < bytes.count {
                if bytes[place] == UInt8(ascii: "\\"), hasPounds(pounds, at: place + 1) {
                    place += 1 + pounds
                    if place < bytes.count, bytes[place] == UInt8(ascii: "(") { interpolation() } else { place += 1 }
                } else if isMultiline ? starts("\"\"\"") : bytes[place] == UInt8(ascii: "\""),
                    hasPounds(pounds, at: place + (isMultiline ? 3 : 1))
                {
                    code[place] = bytes[place]
                    place += (isMultiline ? 3 : 1) + pounds
                    return
                } else if bytes[place] == 10, !isMultiline {
                    return
                } else {
                    place += 1
                }
            }
        }

        /// Passes over `( … )` of an interpolation, and over the strings in it.
        mutating func interpolation() {
            var depth = 0
            repeat {
                if let pounds = stringOpening() {
                    string(pounds)
                    continue
                }
                if bytes[place] == UInt8(ascii: "(") { depth += 1 }
                if bytes[place] == UInt8(ascii: ")") { depth -= 1 }
                place += 1
            } while depth > 0 && place < bytes.count
        }

        func hasPounds(_ count: Int, at start: Int) -> Bool {
            start + count <= bytes.count && (start..<start + count).allSatisfy { bytes[$0] == UInt8(ascii: "#") }
        }
    }
}
