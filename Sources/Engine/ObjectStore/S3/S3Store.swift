/// A bucket that speaks S3's protocol (AWS, GCS through its S3 interface, MinIO, SeaweedFS) as an ``ObjectStore``.
///
/// Requests are signed (Signature Version 4), bodies are covered by the signature and by `x-amz-checksum-sha256`, and answers that ask to come later
/// are obeyed with growing pauses. `putIfAbsent` is a PUT with `If-None-Match: *`, which the server must support. Thread rule: any number of threads.
public struct S3Store: ObjectStore {
    public let location: String
    let settings: S3Settings
    /// Put in front of every key.
    private let prefix: String
    let connections = S3Connections()

    /// The bucket, or (with `prefix`, as a folder without slash at the end) what is under a prefix of it.
    public init(_ settings: S3Settings, prefix: String = "") throws(ObjectStoreError) {
        self.settings = settings
        let trimmed = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        location = "s3://\(settings.bucket)" + (trimmed.isEmpty ? "" : "/\(trimmed)")
        guard S3Settings.isBucketName(settings.bucket) else {
            throw ObjectStoreError(
                .invalidRequest, at: location, "no bucket can have this name: 3 to 63 of a-z, 0-9, - and .")
        }
        if !trimmed.isEmpty { try ObjectKey.check(trimmed, in: location) }
        self.prefix = trimmed.isEmpty ? "" : trimmed + "/"
    }

    /// `s3://bucket/prefix`, with everything else from the environment.
    public init(url: String) throws(ObjectStoreError) {
        guard let parts = S3Settings.parse(url) else {
            throw ObjectStoreError(.invalidRequest, at: url, "is not of the form s3://bucket/prefix")
        }
        try self.init(S3Settings.fromEnvironment(bucket: parts.bucket), prefix: parts.key)
    }

    func fullKey(_ key: String) throws(ObjectStoreError) -> String {
        try ObjectKey.check(key, in: location)
        return prefix + key
    }

    // MARK: Reading

    public func open(_ key: String) throws(ObjectStoreError) -> any ByteSource {
        let full = try fullKey(key)
        let settings = settings
        return HTTPByteSource(location: "\(location)/\(key)", retry: settings.retry, timeouts: settings.timeouts) {
            (position) throws(ObjectStoreError) in
            settings.request("GET", key: full, headers: [("Range", "bytes=\(position)-")])
        }
    }

    public func get(_ key: String, range: Range<UInt64>?, limit: Int) throws(ObjectStoreError) -> [UInt8] {
        let source = try open(key)
        return try source.readAll(
            from: range?.lowerBound ?? 0, count: range.map { $0.upperBound - $0.lowerBound }, limit: limit)
    }

    public func size(_ key: String) throws(ObjectStoreError) -> UInt64? {
        let full = try fullKey(key)
        let response = try perform("HEAD", limit: 0) { settings.request("HEAD", key: full) }
        if response.head.status == 404 { return nil }
        guard response.head.status == 200, let length = response.head["content-length"].flatMap({ UInt64($0) }) else {
            throw failure(response, "size of \(key)")
        }
        return length
    }

    public func list(prefix wanted: String) throws(ObjectStoreError) -> [ObjectEntry] {
        var entries: [ObjectEntry] = []
        var token: String?
        repeat {
            var query: [(name: String, value: String)] = [
                ("list-type", "2"), ("prefix", prefix + wanted), ("encoding-type", "url"), ("max-keys", "1000"),
            ]
            if let token { query.append(("continuation-token", token)) }
            let response = try perform("list", limit: 16 << 20) { settings.request("GET", key: "", query: query) }
            guard response.head.status == 200 else { throw failure(response, "list of \(wanted)") }
            let document = S3Document(response.body)
            let isEncoded = document.first("EncodingType") == "url"
            for element in document.all("Contents") {
                guard let written = element.first("Key"), let bytes = element.first("Size").flatMap({ UInt64($0) })
                else { continue }
                let key = isEncoded ? S3Document.decoded(written) : written
                // Some tools make empty objects that stand for folders.
                if key.hasPrefix(prefix), !key.hasSuffix("/") {
                    entries.append(ObjectEntry(key: String(key.dropFirst(prefix.count)), bytes: bytes))
                }
            }
            let next = document.first("IsTruncated") == "true" ? document.first("NextContinuationToken") : nil
            if let next, next == token {
                throw ObjectStoreError(
                    .invalidResponse, at: location,
                    "the list of \(wanted) does not go on: the server gave the same place twice")
            }
            token = next
        } while token != nil
        return entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    // MARK: Writing

    public func put(_ key: String, _ bytes: [UInt8]) throws(ObjectStoreError) {
        let response = try putOnce(key, bytes, [])
        guard response.head.status == 200 else { throw failure(response, "put \(key)") }
    }

    public func putIfAbsent(_ key: String, _ bytes: [UInt8]) throws(ObjectStoreError) {
        for _ in 0..<settings.retry.attempts {
            let response = try putOnce(key, bytes, [("If-None-Match", "*")])
            switch response.head.status {
            case 200: return
            // Another conditional write of the same name is under way.
            case 409: settings.retry.wait(before: 1, retryAfterSeconds: nil)
            // What is there may be what an attempt of ours, unheard of, has written.
            case 412 where response.afterDoubt && (try? get(key, range: nil, limit: bytes.count)) == bytes: return
            case 412:
                throw ObjectStoreError(
                    .alreadyExists, at: "\(location)/\(key)", "there is an object of this name already")
            default: throw failure(response, "put \(key)")
            }
        }
        throw ObjectStoreError(
            .unavailable, at: "\(location)/\(key)", "other writers of the same name keep being in the way")
    }

    private func putOnce(_ key: String, _ bytes: [UInt8], _ extra: [(name: String, value: String)])
        throws(ObjectStoreError) -> S3Response
    {
        let full = try fullKey(key)
        let checksum = S3Store.base64(ContentDigest.sha256.digest(of: bytes))
        let headers = extra + [("x-amz-checksum-sha256", checksum)]
        return try perform("put \(key)", limit: 1 << 20) {
            settings.request("PUT", key: full, headers: headers, body: bytes)
        }
    }

    public func write(_ key: String) throws(ObjectStoreError) -> any ObjectWriter {
        S3Writer(self, key, fullKey: try fullKey(key))
    }

    public func delete(_ key: String) throws(ObjectStoreError) {
        let full = try fullKey(key)
        let response = try perform("delete \(key)", limit: 1 << 20) { settings.request("DELETE", key: full) }
        guard [200, 202, 204, 404].contains(response.head.status) else { throw failure(response, "delete \(key)") }
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                result.append(index <= group.count ? alphabet[number >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
