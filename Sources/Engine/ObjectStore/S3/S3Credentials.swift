/// What a request is signed with. Never printed.
public struct S3Credentials: Sendable, CustomStringConvertible, CustomReflectable {
    public let accessKey: String
    let secretKey: String
    let sessionToken: String?

    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }

    public var description: String { "credentials of \(accessKey)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
