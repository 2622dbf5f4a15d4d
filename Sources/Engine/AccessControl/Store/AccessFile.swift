// `<data>/access`, text, UTF-8, written anew and renamed for each change, for its owner alone (mode 0600):
//   line 1:  leat-access 1
//   line 2:  secret TAB <32 bytes in base 64>                          what stand-ins for unknown users are made of
//   then, in this order and sorted, a line each:
//     user TAB <name> TAB <mechanism> TAB <iterations> TAB <salt> TAB <stored key> TAB <server key>       bytes in base 64
//     acl TAB <permission> TAB <operation> TAB <resource type> TAB <pattern type> TAB <name> TAB <principal> TAB <host>
//     quota TAB <key> TAB <value> TAB <user> TAB <client id> TAB <address>       "-": no such part, "default", or "=" and the name
//   last line:  end TAB <SHA-256 of everything before this line, base 64>
// Words are Kafka's names. In names every byte up to space, "%" and 0x7f is written as "%" and two hexadecimal digits.

/// Everything that the store keeps: a value, with its text form.
struct AccessFile: Sendable {
    var credentials: CredentialTable
    var rules = AclSet()
    var quotas = QuotaTable()

    static let heading = "leat-access 1"
    static let secretLength = 32
    /// No larger file is read: 100,000 rules and as many quotas of the longest names fit.
    static let maximumLength = 256 << 20

    var bytes: [UInt8] {
        var text = "\(Self.heading)\nsecret\t\(Base64.text(credentials.secret))\n"
        for (user, credential) in credentials.all {
            let keys = [credential.salt, credential.storedKey, credential.serverKey].map { Base64.text($0) }
            text += "user\t\(EscapedText.encode(user))\t\(credential.mechanism.name)\t\(credential.iterations)\t\(keys.joined(separator: "\t"))\n"
        }
        for rule in rules.all {
            let names = [rule.resource.name, rule.principal, rule.host].map { EscapedText.encode($0) }
            text += "acl\t\(rule.permission.name)\t\(rule.operation.name)\t\(rule.resource.type.name)\t\(rule.resource.patternType.name)\t"
            text += names.joined(separator: "\t") + "\n"
        }
        for quota in quotas.all {
            let parts = [quota.entity.user, quota.entity.clientID, quota.entity.address].map { Self.text(of: $0) }
            text += "quota\t\(quota.key.rawValue)\t\(quota.value)\t\(parts.joined(separator: "\t"))\n"
        }
        let body = Array(text.utf8)
        return body + Array("end\t\(Base64.text(ScramMechanism.sha256.hash(body)))\n".utf8)
    }

    init(secret: [UInt8]) { credentials = CredentialTable(secret: secret) }

    init(bytes: [UInt8], path: String) throws(AccessError) {
        let body = try Self.checkedBody(bytes, path)
        let lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 2, lines[0] == Self.heading else {
            throw AccessError(.storage, "\(path): the first line is not \"\(Self.heading)\": another program's file, or a newer version's")
        }
        let secret = lines[1].split(separator: "\t", omittingEmptySubsequences: false)
        guard secret.count == 2, secret[0] == "secret", let bytes = Base64.decode(secret[1].utf8), bytes.count == Self.secretLength else {
            throw AccessError(.storage, "\(path): line 2 is no secret of \(Self.secretLength) bytes")
        }
        self.init(secret: bytes)
        for (index, line) in lines.enumerated().dropFirst(2) {
            do throws(AccessError) {
                try read(line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
            } catch { throw AccessError(.storage, "\(path): line \(index + 1): \(error.message)") }
        }
    }

    /// What stands before the last line, whose digest it must have.
    private static func checkedBody(_ bytes: [UInt8], _ path: String) throws(AccessError) -> ArraySlice<UInt8> {
        let newline = UInt8(ascii: "\n")
        guard bytes.last == newline, let before = bytes.dropLast().lastIndex(of: newline) else {
            throw AccessError(.storage, "\(path): the file is cut short; put a copy back, or remove it to start without users and rules")
        }
        let body = bytes[...before]
        let end = Array("end\t\(Base64.text(ScramMechanism.sha256.hash(Array(body))))\n".utf8)
        guard bytes[(before + 1)...].elementsEqual(end) else {
            throw AccessError(
                .storage,
                "\(path): the digest in the last line is not the content's: it was damaged or changed by hand; put a copy back, or remove it to start without users and rules")
        }
        return body
    }

    private mutating func read(_ fields: [String]) throws(AccessError) {
        switch (fields[0], fields.count) {
        case ("user", 7): try readUser(fields)
        case ("acl", 8): try readRule(fields)
        case ("quota", 6): try readQuota(fields)
        default: throw AccessError(.storage, "\"\(fields[0])\" with \(fields.count) fields is unknown")
        }
    }

    private mutating func readUser(_ fields: [String]) throws(AccessError) {
        guard let mechanism = ScramMechanism(name: fields[2]), let iterations = Int(fields[3]), let salt = Base64.decode(fields[4]),
            let storedKey = Base64.decode(fields[5]), let serverKey = Base64.decode(fields[6])
        else { throw AccessError(.storage, "this is no user's credential") }
        let credential = try ScramCredential(
            mechanism: mechanism, salt: salt, iterations: iterations, storedKey: storedKey, serverKey: serverKey)
        try credentials.set(credential, of: try EscapedText.decode(fields[1]))
    }

    private mutating func readRule(_ fields: [String]) throws(AccessError) {
        guard let permission = AclPermission.allCases.first(where: { $0.name == fields[1] }),
            let operation = AclOperation.allCases.first(where: { $0.name == fields[2] }),
            let type = ResourceType.allCases.first(where: { $0.name == fields[3] }),
            let pattern = PatternType.allCases.first(where: { $0.name == fields[4] })
        else { throw AccessError(.storage, "this is no access rule") }
        try rules.insert(
            AclBinding(
                permission, operation, on: ResourcePattern(type, try EscapedText.decode(fields[5]), pattern),
                to: try EscapedText.decode(fields[6]), from: try EscapedText.decode(fields[7])))
    }

    private mutating func readQuota(_ fields: [String]) throws(AccessError) {
        guard let key = QuotaKey(rawValue: fields[1]), let value = Double(fields[2]) else {
            throw AccessError(.storage, "this is no quota")
        }
        let entity = QuotaEntity(
            user: try Self.name(fields[3]), clientID: try Self.name(fields[4]), address: try Self.name(fields[5]))
        try entity.check()
        try quotas.set(key, value, for: entity)
    }

    private static func text(of name: QuotaEntity.Name?) -> String {
        switch name {
        case nil: "-"
        case .byDefault: "default"
        case .named(let name): "=" + EscapedText.encode(name)
        }
    }

    private static func name(_ text: String) throws(AccessError) -> QuotaEntity.Name? {
        if text == "-" { return nil }
        if text == "default" { return .byDefault }
        guard text.hasPrefix("=") else { throw AccessError(.storage, "\"\(text)\" is no part of a quota's entity") }
        return .named(try EscapedText.decode(String(text.dropFirst())))
    }
}

/// Names without the bytes that divide lines and fields.
enum EscapedText {
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte > 0x20, byte != 0x7f, byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                let digits = Array("0123456789abcdef".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func decode(_ text: String) throws(AccessError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                throw AccessError(.storage, "\"\(text)\": % is not followed by two hexadecimal digits")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw AccessError(.storage, "\"\(text)\" is not UTF-8") }
        return decoded
    }
}
