import Foundation
import Glibc
import ObjectStore
import WebArchive

/// Lines of `{"id": …, "text": …}`, plain or packed (.gz, .zst).
enum LabelledTexts {
    static func forEach(_ path: String, _ body: (JSONLine.Value, String) throws -> Void) throws {
        var pending: [UInt8] = []
        var number = 0
        let decoder = JSONDecoder()
        func take(_ line: ArraySlice<UInt8>) throws {
            number += 1
            guard line.contains(where: { $0 > 0x20 }) else { return }
            // JSONSerialization takes U+FEFF off the front of a text; JSONDecoder keeps it.
            guard let labelled = try? decoder.decode(LabelledText.self, from: Data(line)) else {
                throw PipelineError("\(path): line \(number) is no object with id and text")
            }
            try body(labelled.id, labelled.text)
        }
        try PackedFile.forEachPiece(path) { piece in
            pending += piece
            var start = 0
            while let end = pending[start...].firstIndex(of: 0x0A) {
                try take(pending[start..<end])
                start = end + 1
            }
            pending.removeFirst(start)
        }
        try take(pending[...])
    }
}

private struct LabelledText: Decodable {
    var id: JSONLine.Value
    var text: String

    enum CodingKeys: String, CodingKey { case id, text }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        text = try container.decode(String.self, forKey: .text)
        if let number = try? container.decode(Int.self, forKey: .id) {
            id = .integer(number)
        } else {
            id = .text(try container.decode(String.self, forKey: .id))
        }
    }
}

/// A file's content in pieces, unpacked by the archive reader's decoders.
enum PackedFile {
    static func forEachPiece(_ path: String, _ body: ([UInt8]) throws -> Void) throws {
        let stream = try UnpackedStream(FileByteSource(path: path))
        while let piece = try stream.next() { try body(piece) }
    }
}

/// Writes JSON, one object a line.
enum JSONLine {
    enum Value {
        case null
        case bool(Bool)
        case number(Double)
        case integer(Int)
        case text(String)
        case numbers([UInt32])
        case object([(String, Value)])
    }

    static func object(_ fields: [(String, Value)]) -> String {
        var line = ""
        append(.object(fields), to: &line)
        return line
    }

    private static func append(_ value: Value, to line: inout String) {
        switch value {
        case .null: line += "null"
        case .bool(let value): line += value ? "true" : "false"
        case .number(let value): line += value.isFinite ? "\(value)" : "null"
        case .integer(let value): line += "\(value)"
        case .text(let text): append(text, to: &line)
        case .numbers(let numbers):
            line += "["
            for (index, number) in numbers.enumerated() { line += index == 0 ? "\(number)" : ",\(number)" }
            line += "]"
        case .object(let fields):
            line += "{"
            for (index, field) in fields.enumerated() {
                if index > 0 { line += "," }
                append(field.0, to: &line)
                line += ":"
                append(field.1, to: &line)
            }
            line += "}"
        }
    }

    private static func append(_ text: String, to line: inout String) {
        line += "\""
        var plain = text.utf8.startIndex
        var index = plain
        let utf8 = text.utf8
        while index < utf8.endIndex {
            let byte = utf8[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C {
                line += text[plain..<index]
                let digits = "0123456789abcdef"
                switch byte {
                case 0x22: line += "\\\""
                case 0x5C: line += "\\\\"
                case 0x0A: line += "\\n"
                default:
                    line += "\\u00"
                    line.append(digits[digits.index(digits.startIndex, offsetBy: Int(byte >> 4))])
                    line.append(digits[digits.index(digits.startIndex, offsetBy: Int(byte & 15))])
                }
                plain = utf8.index(after: index)
            }
            index = utf8.index(after: index)
        }
        line += text[plain...]
        line += "\""
    }
}
