/// The flat XML in which S3 answers, read for single elements: `<Name>text</Name>`.
///
/// No general parser: S3's answers have neither attributes nor nesting that matter here. Work is linear, memory that of the answer (bounded where it is read).
struct S3Document {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The text of the first element of that name.
    func first(_ name: String) -> String? { elements(name, limit: 1).first.map { S3Document.text($0) } }

    /// The contents of all elements of that name, in order.
    func all(_ name: String) -> [S3Document] { elements(name, limit: .max).map { S3Document(Array($0)) } }

    private func elements(_ name: String, limit: Int) -> [ArraySlice<UInt8>] {
        let opening = Array("<\(name)>".utf8)
        let closing = Array("</\(name)>".utf8)
        var found: [ArraySlice<UInt8>] = []
        var place = 0
        while found.count < limit, let start = S3Document.find(opening, in: bytes, from: place),
            let end = S3Document.find(closing, in: bytes, from: start + opening.count)
        {
            found.append(bytes[(start + opening.count)..<end])
            place = end + closing.count
        }
        return found
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        while place + wanted.count <= bytes.count {
            guard let bracket = bytes[place...].firstIndex(of: wanted[0]) else { return nil }
            if bytes[bracket...].starts(with: wanted) { return bracket }
            place = bracket + 1
        }
        return nil
    }

    /// Text with XML's five entities and numbered characters put back.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&"), let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
                result.append(byte)
                continue
            }
            let name = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            switch name {
            case "amp": result.append(UInt8(ascii: "&"))
            case "lt": result.append(UInt8(ascii: "<"))
            case "gt": result.append(UInt8(ascii: ">"))
            case "quot": result.append(UInt8(ascii: "\""))
            case "apos": result.append(UInt8(ascii: "'"))
            default:
                let number =
                    name.hasPrefix("#x")
                    ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst(1)) : nil
                if let scalar = number.flatMap({ Unicode.Scalar($0) }) {
                    result += Array(String(Character(scalar)).utf8)
                }
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Undoes percent-encoding, as `encoding-type=url` has keys written.
    static func decoded(_ text: String) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte == UInt8(ascii: "+") ? 32 : byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
