import Glibc
import Synchronization

/// A web server on a loopback port, one connection after the other, whose every answer a test decides.
///
/// `@unchecked Sendable`: the handler and the log are behind the mutex, the rest does not change after `init`.
final class LoopbackServer: @unchecked Sendable {
    struct Request: Sendable {
        var method: String
        /// Path and query as they came.
        var target: String
        /// Names in lower case.
        var headers: [String: String]
        var body: [UInt8]

        /// The first byte asked for, by a Range header.
        var rangeStart: Int? { headers["range"].flatMap { Int($0.dropFirst("bytes=".count).prefix { $0 != "-" }) } }
    }

    let port: UInt16
    private let descriptor: Int32
    private let handler: @Sendable (Request, Int) -> [UInt8]
    private let seen = Mutex<[Request]>([])

    /// `handler` gets the request and its number, from 0 on, and gives the bytes to be sent before the connection is closed.
    init(_ handler: @escaping @Sendable (Request, Int) -> [UInt8]) {
        self.handler = handler
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(socket, $0, length)
                _ = listen(socket, 64)
                _ = getsockname(socket, $0, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                Unmanaged<LoopbackServer>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        pthread_detach(thread)
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.withLock { $0 } }

    /// Ends the server's thread.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func run() {
        while true {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { break }
            if let request = read(connection) {
                let number = seen.withLock { list in
                    list.append(request)
                    return list.count - 1
                }
                let answer = handler(request, number)
                var sent = 0
                while sent < answer.count {
                    let count = answer.withUnsafeBytes {
                        send(connection, $0.baseAddress! + sent, answer.count - sent, Int32(MSG_NOSIGNAL))
                    }
                    if count <= 0 { break }
                    sent += count
                }
            }
            shutdown(connection, Int32(SHUT_WR))
            close(connection)
        }
        close(descriptor)
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        var headEnd: Int?
        var wanted = Int.max
        while bytes.count < wanted {
            let count = recv(connection, &piece, piece.count, 0)
            if count <= 0 { return nil }
            bytes += piece[..<count]
            if headEnd == nil,
                let end = (0..<max(0, bytes.count - 3)).first(where: {
                    bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10])
                })
            {
                headEnd = end
                let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
                let length = lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap {
                    Int($0.dropFirst(15).drop { $0 == " " })
                }
                wanted = end + 4 + (length ?? 0)
            }
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let first = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        return Request(
            method: String(first[0]), target: String(first[1]), headers: headers, body: Array(bytes[(headEnd + 4)...]))
    }

    /// A whole response.
    static func answer(_ status: String, _ headers: [String] = [], body: [UInt8] = [], declared: Int? = nil) -> [UInt8]
    {
        let lines = ["HTTP/1.1 \(status)", "Connection: close", "Content-Length: \(declared ?? body.count)"] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}
