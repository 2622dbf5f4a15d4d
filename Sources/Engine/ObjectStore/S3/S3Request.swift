import Glibc

extension S3Settings {
    /// The scheme-less host (with port) and the path in front of a key.
    private var hostAndPath: (scheme: String, host: String, path: String) {
        let scheme = endpoint.hasPrefix("http://") ? "http://" : "https://"
        let host = endpoint.hasPrefix(scheme) ? String(endpoint.dropFirst(scheme.count)) : endpoint
        return addressing == .path ? (scheme, host, "/\(bucket)") : (scheme, "\(bucket).\(host)", "")
    }

    /// A signed request for `key` (the bucket itself, where it is empty) at the time `now` (seconds since 1970).
    func request(
        _ method: String, key: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil, now: Int = time(nil)
    ) -> HTTPRequest {
        let place = hostAndPath
        let keyPath = "\(place.path)/\(S3Signer.encoded(key, keepingSlashes: true))"
        let path = key.isEmpty && addressing == .path ? place.path : keyPath
        let stamp = S3Settings.stamp(now)
        let digest = body.map { ContentDigest.hexadecimal(ContentDigest.sha256.digest(of: $0)) } ?? S3Signer.emptyDigest
        var all = headers
        all.append(("x-amz-content-sha256", digest))
        all.append(("x-amz-date", stamp))
        if let token = credentials?.sessionToken { all.append(("x-amz-security-token", token)) }
        if let credentials {
            let authorization = S3Signer(credentials: credentials, region: region).authorization(
                method: method, path: path, query: query, headers: all + [("host", place.host)], bodyDigest: digest,
                time: stamp)
            all.append(("Authorization", authorization))
        }
        let suffix = query.isEmpty ? "" : "?" + S3Signer.canonicalQuery(query)
        return HTTPRequest(
            method: method, url: place.scheme + place.host + path + suffix, headers: all, body: body,
            followsRedirects: false)
    }

    /// `20260102T030405Z`.
    static func stamp(_ seconds: Int) -> String {
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y%m%dT%H%M%SZ", &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
