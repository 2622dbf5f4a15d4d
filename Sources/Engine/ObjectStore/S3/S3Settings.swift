import Glibc

/// Where a bucket is and how it is spoken to.
///
/// From the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (without them requests are not signed, as public buckets allow),
/// AWS_REGION or AWS_DEFAULT_REGION (us-east-1 otherwise), AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, LEAT_S3_ADDRESSING (path or host).
public struct S3Settings: Sendable {
    /// Where the bucket stands in the address: `https://endpoint/bucket/key` or `https://bucket.endpoint/key`.
    public enum Addressing: String, Sendable { case path, host }

    public var bucket: String
    /// Scheme, host and perhaps port, without a slash at the end.
    public var endpoint: String
    public var region: String
    public var addressing: Addressing
    public var credentials: S3Credentials?
    /// Bytes of a part of an upload; S3 asks for at least 5 MiB.
    public var partBytes = 8 << 20
    public var retry = RetryPolicy()
    public var timeouts = HTTPTimeouts()

    /// A bucket at `endpoint` (AWS, in its region, without one).
    public init(
        bucket: String, endpoint: String? = nil, region: String = "us-east-1", addressing: Addressing? = nil,
        credentials: S3Credentials?
    ) {
        self.bucket = bucket
        self.region = region
        self.credentials = credentials
        let given = endpoint.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        self.endpoint = given ?? "https://s3.\(region).amazonaws.com"
        // A bucket with a dot in its name fits no certificate; servers of one's own are reached by path as a rule.
        self.addressing = addressing ?? (given != nil || bucket.utf8.contains(UInt8(ascii: ".")) ? .path : .host)
    }

    /// A bucket with everything else from the environment.
    public static func fromEnvironment(bucket: String) -> S3Settings {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        var credentials: S3Credentials?
        if let access = variable("AWS_ACCESS_KEY_ID"), let secret = variable("AWS_SECRET_ACCESS_KEY") {
            credentials = S3Credentials(
                accessKey: access, secretKey: secret, sessionToken: variable("AWS_SESSION_TOKEN"))
        }
        return S3Settings(
            bucket: bucket, endpoint: variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL"),
            region: variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? "us-east-1",
            addressing: variable("LEAT_S3_ADDRESSING").flatMap { Addressing(rawValue: $0) }, credentials: credentials)
    }

    /// Bucket and key of `s3://bucket/key`; the key may be empty.
    public static func parse(_ url: String) -> (bucket: String, key: String)? {
        guard url.lowercased().hasPrefix("s3://") else { return nil }
        let parts = url.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, isBucketName(bucket) else { return nil }
        return (String(bucket), parts.count > 1 ? String(parts[1]) : "")
    }

    /// What S3 allows: it becomes part of a host name.
    static func isBucketName(_ name: some StringProtocol) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
            && !name.hasPrefix(".") && !name.hasPrefix("-") && !name.contains("..")
    }
}
