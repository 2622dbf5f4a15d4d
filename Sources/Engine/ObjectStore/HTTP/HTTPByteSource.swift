import CCurl

/// A web resource read as a stream, by ranges, as a ``ByteSource``.
///
/// A connection that breaks or stalls is taken up again at the byte where it broke, with pauses that grow; so are answers that ask to come later. Redirects
/// are followed, ten at most. A resource that changes meanwhile (by its length or ETag) is an error, never a mixture. A server that knows no
/// ranges is read from the beginning, up to where reading goes on.
public final class HTTPByteSource: ByteSource {
    public let location: String
    public private(set) var totalBytes: UInt64?
    private let request: (UInt64) throws(ObjectStoreError) -> HTTPRequest
    private let retry: RetryPolicy
    private let timeouts: HTTPTimeouts
    private let transfer = HTTPTransfer()
    private var position: UInt64 = 0
    private var isOpen = false
    private var isAtEnd = false
    private var entityTag: String?

    /// The resource at `url` (http or https). Nothing is asked for before the first read.
    public convenience init(url: String, retry: RetryPolicy = RetryPolicy(), timeouts: HTTPTimeouts = HTTPTimeouts()) {
        self.init(location: url, retry: retry, timeouts: timeouts) { (position) throws(ObjectStoreError) in
            HTTPRequest(url: url, headers: [("Range", "bytes=\(position)-")])
        }
    }

    /// A resource of which `request` makes the request for all bytes from a position on.
    init(
        location: String, retry: RetryPolicy, timeouts: HTTPTimeouts,
        request: @escaping (UInt64) throws(ObjectStoreError) -> HTTPRequest
    ) {
        self.location = location
        self.retry = retry
        self.timeouts = timeouts
        self.request = request
    }

    public func move(to position: UInt64) throws(ObjectStoreError) {
        guard position != self.position else { return }
        transfer.stop()
        isOpen = false
        isAtEnd = false
        self.position = position
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ObjectStoreError) -> Int {
        var attempt = 0
        while !isAtEnd, buffer.count > 0 {
            if let totalBytes, position >= totalBytes { return 0 }
            var retryAfter: Int?
            let reason: String
            do {
                if !isOpen { retryAfter = try open() }
                if isOpen {
                    let count = try transfer.read(into: buffer)
                    position += UInt64(count)
                    if count > 0 { return count }
                    guard let totalBytes, position < totalBytes else {
                        isAtEnd = true
                        return 0
                    }
                    reason = "the connection ended at byte \(position) of \(totalBytes)"
                } else if isAtEnd {
                    return 0
                } else {
                    reason = "the server asks to come later"
                }
            } catch let error as HTTPTransfer.Failure {
                reason = error.reason
            } catch let error as ObjectStoreError {
                throw error
            } catch {
                reason = "\(error)"
            }
            transfer.stop()
            isOpen = false
            attempt += 1
            guard attempt < retry.attempts else {
                throw ObjectStoreError(
                    .unavailable, at: location,
                    "cannot read on at byte \(position) after \(attempt) attempts: \(reason)")
            }
            retry.wait(before: attempt, retryAfterSeconds: retryAfter)
        }
        return 0
    }

    /// Asks for everything from `position` on. Afterwards `isOpen`, or `isAtEnd`, or the seconds after which to ask again.
    private func open() throws -> Int? {
        let head = try transfer.begin(try request(position), timeouts)
        switch head.status {
        case 206:
            guard let range = ContentRange(head["content-range"]), range.first == position else {
                throw ObjectStoreError(
                    .invalidResponse, at: location,
                    "was asked for bytes from \(position) and answered with Content-Range \(head["content-range"] ?? "none")"
                )
            }
            try note(total: range.total, tag: head["etag"])
        case 200:
            try note(total: head["content-length"].flatMap { UInt64($0) }, tag: head["etag"])
            try passOver(position)
        case 416:
            // Nothing from here on: the end, if the length says so too.
            if let total = ContentRange(head["content-range"])?.total { try note(total: total, tag: nil) }
            isAtEnd = true
            return nil
        case 404, 410: throw ObjectStoreError(.notFound, at: location, "is not there (status \(head.status))")
        case 401, 403:
            throw ObjectStoreError(
                .accessDenied, at: location, "may not be read (status \(head.status)): check credentials and address")
        case let status where RetryPolicy.isTemporary(status): return head.retryAfterSeconds ?? 0
        default: throw ObjectStoreError(.invalidResponse, at: location, "answered with status \(head.status)")
        }
        isOpen = true
        return nil
    }

    private func note(total: UInt64?, tag: String?) throws(ObjectStoreError) {
        if let known = totalBytes, let total, known != total {
            throw ObjectStoreError(
                .invalidResponse, at: location, "had \(known) bytes and now has \(total): it changed while it was read")
        }
        if let known = entityTag, let tag, known != tag {
            throw ObjectStoreError(
                .invalidResponse, at: location, "changed while it was read (ETag \(known), then \(tag))")
        }
        totalBytes = totalBytes ?? total
        entityTag = entityTag ?? tag
    }

    private func passOver(_ count: UInt64) throws(HTTPTransfer.Failure) {
        guard count > 0 else { return }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { piece.deallocate() }
        var left = count
        while left > 0 {
            let got = try transfer.read(
                into: UnsafeMutableRawBufferPointer(rebasing: piece[..<Int(min(left, UInt64(piece.count)))]))
            if got == 0 { return }
            left -= UInt64(got)
        }
    }
}

/// `bytes 100-199/1000` (RFC 9110, 14.4); the total may be `*`, and for status 416 the range too.
struct ContentRange: Equatable {
    var first: UInt64?
    var total: UInt64?

    init?(_ text: String?) {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        first = parts[0].split(separator: "-").first.flatMap { UInt64($0) }
        total = UInt64(parts[1])
    }
}
