import Crypto

/// Signs requests by AWS Signature Version 4, as S3 takes it ("Authenticating Requests: Using the Authorization Header", AWS documentation).
///
///     canonical request = method LF path LF query LF "name:value" LF for each header, LF names LF hex(SHA-256(body))
///     string to sign    = "AWS4-HMAC-SHA256" LF time LF day/region/service/aws4_request LF hex(SHA-256(canonical request))
///     key               = HMAC chain over "AWS4" + secret: day, region, service, "aws4_request"
///
/// Names and values of the query are percent-encoded and sorted; header names are in lower case and sorted; the path is encoded once.
struct S3Signer: Sendable {
    var credentials: S3Credentials
    var region: String
    var service = "s3"

    /// The SHA-256 of no bytes, in hexadecimal.
    static let emptyDigest = ContentDigest.hexadecimal(ContentDigest.sha256.digest(of: []))

    /// The value of Authorization. `headers` are all that is to be signed, Host and x-amz-date among them; `path` is percent-encoded already.
    func authorization(
        method: String, path: String, query: [(name: String, value: String)], headers: [(name: String, value: String)],
        bodyDigest: String, time: String
    ) -> String {
        let sorted = headers.map { ($0.name.lowercased(), S3Signer.trimmed($0.value)) }.sorted {
            $0.0.utf8.lexicographicallyPrecedes($1.0.utf8)
        }
        let names = sorted.map(\.0).joined(separator: ";")
        let canonical =
            "\(method)\n\(path)\n\(S3Signer.canonicalQuery(query))\n"
            + sorted.map { "\($0.0):\($0.1)\n" }.joined() + "\n\(names)\n\(bodyDigest)"
        let day = String(time.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let digest = ContentDigest.hexadecimal(ContentDigest.sha256.digest(of: Array(canonical.utf8)))
        let toSign = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(digest)"
        var key = Array("AWS4\(credentials.secretKey)".utf8)
        for part in [day, region, service, "aws4_request"] { key = S3Signer.hmac(key, part) }
        let signature = ContentDigest.hexadecimal(S3Signer.hmac(key, toSign))
        return
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        query.map { (encoded($0.name), encoded($0.value)) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Octets other than RFC 3986's unreserved ones as %XX, in upper case; slashes too unless they are kept.
    static func encoded(_ text: String, keepingSlashes: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.append(byte)
            case 47 where keepingSlashes: result.append(byte)
            default: result += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func trimmed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }

    private static func hmac(_ key: [UInt8], _ text: String) -> [UInt8] {
        var function = HMAC<SHA256>(key: SymmetricKey(data: key))
        Array(text.utf8).withUnsafeBytes { function.update(data: $0) }
        return Array(function.finalize())
    }
}
