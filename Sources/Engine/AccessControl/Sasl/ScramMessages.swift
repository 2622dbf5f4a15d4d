// SCRAM's messages (RFC 5802, section 7), UTF-8, fields divided by commas:
//   client-first   gs2-flag "," ["a=" saslname] "," ["m=" …] "n=" saslname "," "r=" printable {"," extension}
//   server-first   "r=" nonce "," "s=" base64 "," "i=" number
//   client-final   "c=" base64 "," "r=" printable {"," extension} "," "p=" base64
//   server-final   "v=" base64
// gs2-flag is "n", "y" or "p=" name. A saslname writes "," as "=2C" and "=" as "=3D". An extension is letters "=" value; Kafka's clients
// send "tokenauth=true" so. Text signed later is kept as it came, never written anew.

/// What is wrong with a message: a sentence for the peer that never quotes what it sent.
struct ScramSyntaxError: Error, Equatable {
    let reason: SaslFailure.Reason

    init(_ sentence: String) { reason = .malformed(sentence) }
    init(reason: SaslFailure.Reason) { self.reason = reason }
}

/// The client's first message.
struct ScramClientFirst: Equatable {
    /// With its commas: what the client's "c=" must repeat.
    var gs2Header: [UInt8]
    var authorizationID: String
    var user: String
    var nonce: [UInt8]
    /// What is signed: everything after the GS2 header.
    var bare: [UInt8]

    static let maximumLength = 16_384
    static let nonceLengths = 1...1_024

    init(_ message: [UInt8]) throws(ScramSyntaxError) {
        guard message.count <= Self.maximumLength else { throw ScramSyntaxError("the first message is longer than \(Self.maximumLength) bytes") }
        let fields = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count >= 4 else { throw ScramSyntaxError("the first message has too few fields") }
        try Self.checkFlag(fields[0])
        authorizationID = ""
        if !fields[1].isEmpty { authorizationID = try ScramFields.name(try ScramFields.value(fields[1], of: "a")) }
        if fields[2].starts(with: Array("m=".utf8)) { throw ScramSyntaxError(reason: .mandatoryExtension) }
        user = try ScramFields.name(try ScramFields.value(fields[2], of: "n"))
        nonce = Array(try ScramFields.value(fields[3], of: "r"))
        guard Self.nonceLengths.contains(nonce.count), nonce.allSatisfy(ScramFields.isPrintable) else {
            throw ScramSyntaxError("the nonce is empty, too long, or not printable")
        }
        for field in fields.dropFirst(4) {
            let found = try ScramFields.pair(field)
            if found.name.elementsEqual("tokenauth".utf8), found.value.elementsEqual("true".utf8) {
                throw ScramSyntaxError(reason: .tokenAuthentication)
            }
        }
        gs2Header = Array(message[..<fields[2].startIndex])
        bare = Array(message[fields[2].startIndex...])
    }

    private static func checkFlag(_ flag: ArraySlice<UInt8>) throws(ScramSyntaxError) {
        if flag.starts(with: Array("p=".utf8)) { throw ScramSyntaxError(reason: .channelBinding) }
        guard flag.elementsEqual("n".utf8) || flag.elementsEqual("y".utf8) else {
            throw ScramSyntaxError("the first message does not begin with n, y or p=")
        }
    }
}

/// The client's second message.
struct ScramClientFinal: Equatable {
    var channelBinding: [UInt8]
    var nonce: [UInt8]
    var proof: [UInt8]
    /// What is signed: everything before the proof's comma.
    var withoutProof: [UInt8]

    init(_ message: [UInt8]) throws(ScramSyntaxError) {
        guard message.count <= ScramClientFirst.maximumLength else {
            throw ScramSyntaxError("the final message is longer than \(ScramClientFirst.maximumLength) bytes")
        }
        let fields = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count >= 3, let last = fields.last else { throw ScramSyntaxError("the final message has too few fields") }
        guard let binding = Base64.decode(try ScramFields.value(fields[0], of: "c")) else {
            throw ScramSyntaxError("the channel binding is not base 64")
        }
        channelBinding = binding
        nonce = Array(try ScramFields.value(fields[1], of: "r"))
        for field in fields[2..<fields.count - 1] { _ = try ScramFields.pair(field) }
        guard let proof = Base64.decode(try ScramFields.value(last, of: "p")) else { throw ScramSyntaxError("the proof is not base 64") }
        self.proof = proof
        withoutProof = Array(message[..<(last.startIndex - 1)])
    }
}

/// The pieces that both messages are made of.
enum ScramFields {
    /// The value of a field that must have this name.
    static func value(_ field: ArraySlice<UInt8>, of name: String) throws(ScramSyntaxError) -> ArraySlice<UInt8> {
        guard field.count >= 2, field[field.startIndex] == name.utf8.first, field[field.startIndex + 1] == UInt8(ascii: "=") else {
            throw ScramSyntaxError("field \"\(name)=\" is missing, or out of order")
        }
        return field.dropFirst(2)
    }

    /// An extension: letters, "=", a value without NUL.
    static func pair(_ field: ArraySlice<UInt8>) throws(ScramSyntaxError) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        guard let equals = field.firstIndex(of: UInt8(ascii: "=")), equals > field.startIndex, equals < field.endIndex - 1,
            field[..<equals].allSatisfy(isLetter), !field[equals...].contains(0)
        else { throw ScramSyntaxError("an extension is not of the form name=value") }
        return (field[..<equals], field[(equals + 1)...])
    }

    /// A saslname: not empty, valid UTF-8, "=2C" and "=3D" for the two signs that divide.
    static func name(_ bytes: ArraySlice<UInt8>) throws(ScramSyntaxError) -> String {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                decoded.append(byte)
                continue
            }
            switch Array(rest.prefix(2)) {
            case Array("2C".utf8): decoded.append(UInt8(ascii: ","))
            case Array("3D".utf8): decoded.append(UInt8(ascii: "="))
            default: throw ScramSyntaxError("a name writes = as =3D and a comma as =2C, and nothing else with =")
            }
            rest = rest.dropFirst(2)
        }
        guard !decoded.isEmpty, !decoded.contains(0), let text = String(validating: decoded, as: UTF8.self) else {
            throw ScramSyntaxError("a name is empty, or not UTF-8")
        }
        return text
    }

    static func isPrintable(_ byte: UInt8) -> Bool { (0x21...0x7e).contains(byte) && byte != UInt8(ascii: ",") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
