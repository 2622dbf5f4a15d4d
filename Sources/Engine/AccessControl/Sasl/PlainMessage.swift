// PLAIN's only message (RFC 4616): [authorization id] NUL user NUL password, UTF-8.

/// What a client sends to log in with PLAIN.
struct PlainMessage: Equatable {
    var authorizationID: String
    var user: String
    var password: [UInt8]

    static let maximumLength = 4_096

    init(_ message: [UInt8]) throws(ScramSyntaxError) {
        guard message.count <= Self.maximumLength else { throw ScramSyntaxError("the message is longer than \(Self.maximumLength) bytes") }
        let fields = message.split(separator: 0, omittingEmptySubsequences: false)
        guard fields.count == 3 else { throw ScramSyntaxError("three fields divided by NUL are expected") }
        guard let authorizationID = String(validating: fields[0], as: UTF8.self), let user = String(validating: fields[1], as: UTF8.self),
            String(validating: fields[2], as: UTF8.self) != nil
        else { throw ScramSyntaxError("user and password must be UTF-8") }
        guard !user.isEmpty, !fields[2].isEmpty else { throw ScramSyntaxError("user or password is empty") }
        self.authorizationID = authorizationID
        self.user = user
        password = Array(fields[2])
    }
}
