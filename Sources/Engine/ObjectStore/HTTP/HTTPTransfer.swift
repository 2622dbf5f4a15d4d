import CCurl
import Glibc

/// One request at a time over libcurl, its response read as a stream with back-pressure: no more than one buffer is taken from the network ahead of the reader.
///
/// A transfer object keeps its connection for the next request. Thread rule: one thread at a time.
/// Unsafe corner: libcurl calls back with a pointer to this object, only from within `perform`, `pause` and clean-up that this object calls itself.
final class HTTPTransfer {
    /// Why no response, or no more of it, came.
    struct Failure: Error {
        let code: CURLcode
        let reason: String
    }

    private static let bufferBytes = 1 << 20
    private static let maximumHeaderBytes = 256 << 10

    private let multi = curl_multi_init()
    private let easy = curl_easy_init()
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var body: UnsafeMutableRawBufferPointer?
    private var isActive = false

    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: HTTPTransfer.bufferBytes, alignment: 16)
    private var start = 0
    private var end = 0
    private var isPaused = false
    private var result: CURLcode?
    private var head = HTTPResponseHead()
    private var headerBytes = 0
    private var headIsComplete = false
    private var followsRedirects = true

    init() {
        // Safe to call more than once since libcurl 7.84; the first use must only not race with itself.
        _ = HTTPTransfer.globalInit
    }

    private static let globalInit: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    deinit {
        stop()
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        buffer.deallocate()
    }

    /// Sends `request` and waits for status and headers of the (last) response.
    func begin(_ request: HTTPRequest, _ timeouts: HTTPTimeouts) throws(Failure) -> HTTPResponseHead {
        stop()
        guard let easy, let multi else { throw Failure(code: CURLE_OUT_OF_MEMORY, reason: "no memory for a transfer") }
        configure(easy, request, timeouts)
        curl_multi_add_handle(multi, easy)
        isActive = true
        while !headIsComplete && result == nil { try pump(multi) }
        if let result, result != CURLE_OK, !headIsComplete { throw failure(result) }
        return head
    }

    /// The next bytes of the response; 0 at its end.
    func read(into target: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        guard let multi, target.count > 0 else { return 0 }
        while start == end {
            start = 0
            end = 0
            if let result {
                guard result == CURLE_OK else { throw failure(result) }
                return 0
            }
            if isPaused {
                isPaused = false
                curl_easy_pause(easy, CURLPAUSE_CONT)
                if start < end { break }
            }
            try pump(multi)
        }
        let count = min(target.count, end - start)
        memcpy(target.baseAddress!, buffer + start, count)
        start += count
        return count
    }

    /// Ends the transfer, wherever it is.
    func stop() {
        if isActive { curl_multi_remove_handle(multi, easy) }
        isActive = false
        curl_slist_free_all(headerList)
        headerList = nil
        body?.deallocate()
        body = nil
        (start, end, isPaused, result, headerBytes, headIsComplete) = (0, 0, false, nil, 0, false)
        head = HTTPResponseHead()
    }

    // MARK: libcurl

    private func configure(_ easy: UnsafeMutableRawPointer, _ request: HTTPRequest, _ timeouts: HTTPTimeouts) {
        curl_easy_reset(easy)
        let context = Unmanaged.passUnretained(self).toOpaque()
        leat_curl_set_string(easy, CURLOPT_URL, request.url)
        leat_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        leat_curl_set_string(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        leat_curl_set_string(easy, CURLOPT_USERAGENT, "leat")
        leat_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        leat_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, request.followsRedirects ? 1 : 0)
        leat_curl_set_long(easy, CURLOPT_MAXREDIRS, 10)
        leat_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect)
        leat_curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
        leat_curl_set_long(easy, CURLOPT_LOW_SPEED_TIME, timeouts.stall)
        leat_curl_set_long(easy, CURLOPT_BUFFERSIZE, 128 << 10)
        leat_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        leat_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        if request.method == "HEAD" { leat_curl_set_long(easy, CURLOPT_NOBODY, 1) }
        followsRedirects = request.followsRedirects
        // libcurl would add headers of its own that a signature does not know of.
        var lines = request.headers.map { "\($0.name): \($0.value)" }
        lines.append("Expect:")
        if let bytes = request.body {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
            bytes.withUnsafeBytes { copy.copyMemory(from: $0) }
            body = copy
            leat_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            leat_curl_set_string(easy, CURLOPT_POSTFIELDS, copy.baseAddress!.assumingMemoryBound(to: CChar.self))
            if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
                lines.append("Content-Type:")
            }
        }
        for line in lines { headerList = curl_slist_append(headerList, line) }
        leat_curl_set_list(easy, CURLOPT_HTTPHEADER, headerList)
        leat_curl_set_write(
            easy,
            { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                return Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().received(bytes, size * count)
            }, context)
        leat_curl_set_header(
            easy,
            { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                return Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().receivedHeader(
                    bytes, size * count)
            }, context)
    }

    private func pump(_ multi: UnsafeMutableRawPointer) throws(Failure) {
        var running: Int32 = 0
        let code = curl_multi_perform(multi, &running)
        guard code == CURLM_OK else {
            throw Failure(code: CURLE_FAILED_INIT, reason: String(cString: curl_multi_strerror(code)))
        }
        var ended = CURLE_OK
        if leat_curl_finished(multi, &ended) != 0 {
            result = ended
        } else if start == end && !headIsComplete || start == end && running > 0 {
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
    }

    private func received(_ bytes: UnsafePointer<CChar>, _ count: Int) -> Int {
        guard count <= HTTPTransfer.bufferBytes - end else {
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        memcpy(buffer + end, bytes, count)
        end += count
        return count
    }

    private func receivedHeader(_ bytes: UnsafePointer<CChar>, _ count: Int) -> Int {
        headerBytes += count
        // Fewer bytes than given make libcurl give up.
        guard headerBytes <= HTTPTransfer.maximumHeaderBytes else { return 0 }
        let raw = UnsafeRawBufferPointer(start: bytes, count: count)
        var line = String(decoding: raw, as: UTF8.self)[...]
        while let last = line.utf8.last, last == 10 || last == 13 || last == 32 { line = line.dropLast() }
        if line.utf8.starts(with: "HTTP/".utf8) {
            head = HTTPResponseHead()
            head.status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        } else if line.isEmpty {
            let isRedirect = followsRedirects && (300..<400).contains(head.status) && head["location"] != nil
            headIsComplete = head.status >= 200 && !isRedirect
        } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[line.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            head.headers.append((line[..<colon].lowercased(), String(value)))
        }
        return count
    }

    private func failure(_ code: CURLcode) -> Failure {
        Failure(code: code, reason: String(cString: curl_easy_strerror(code)))
    }
}
