import Foundation
import Glibc
import KafkaWire
import Records

/// A Kafka client that says exactly what a test wants said: blocking, one connection, no manners of its own.
final class WireClient {
    private let socket: Int32
    private var correlation: Int32 = 0

    init(port: Int, receiveTimeoutSeconds: Int = 20) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard status == 0 else { throw Failure(description: "cannot connect: \(errno)") }
        var patience = timeval(tv_sec: receiveTimeoutSeconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var yes: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(socket) }

    struct Failure: Error, CustomStringConvertible { let description: String }

    func send(bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Failure(description: "cannot send: \(errno)") }
            sent += count
        }
    }

    /// Nil at the end of the connection.
    func receive(count: Int) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let more = bytes.withUnsafeMutableBytes { recv($0.baseAddress! + received, count: count - received) }
            if more == 0 { return nil }
            guard more > 0 else {
                guard errno == ECONNRESET else { throw Failure(description: "nothing came: \(errno)") }
                return nil
            }
            received += more
        }
        return bytes
    }

    private func recv(_ buffer: UnsafeMutableRawPointer, count: Int) -> Int { Glibc.recv(socket, buffer, count, 0) }

    /// Whether the server has ended the connection: waits for it.
    func isClosed() throws -> Bool { try receive(count: 1) == nil }

    @discardableResult
    func post<Request: WireRequest>(_ request: Request, version: Int16, clientID: String = "test") throws -> Int32 {
        correlation += 1
        try send(bytes: try WireFrame.request(request, version: version, correlationId: correlation, clientId: clientID))
        return correlation
    }

    /// The next frame without its length.
    func frame() throws -> [UInt8] {
        guard let head = try receive(count: 4) else { throw Failure(description: "the connection was closed") }
        let count = head.reduce(0) { $0 << 8 | Int($1) }
        guard let body = try receive(count: count) else { throw Failure(description: "the connection was closed within an answer") }
        return body
    }

    func answer<Response: WireMessage>(_ type: Response.Type, version: Int16) throws -> (correlation: Int32, response: Response) {
        let bytes = try frame()
        let (correlation, response) = try WireFrame.decodeResponse(type, bytes.span.bytes, version: version)
        return (correlation, response)
    }

    func ask<Request: WireRequest>(_ request: Request, version: Int16, clientID: String = "test") throws -> Request.Response {
        let asked = try post(request, version: version, clientID: clientID)
        let (correlation, response) = try answer(Request.Response.self, version: version)
        guard correlation == asked else { throw Failure(description: "answer \(correlation) came for request \(asked)") }
        return response
    }
}

extension WireClient {
    static func batch(_ values: [String], key: String? = nil, timestamp: Int64 = 1_700_000_000_000) throws -> [UInt8] {
        let builder = RecordBatchBuilder()
        for value in values { try builder.append(key: key.map { Array($0.utf8) }, value: Array(value.utf8), timestamp: timestamp) }
        return try builder.finish()
    }

    func createTopic(_ name: String, partitions: Int32 = 1, settings: [String: String] = [:]) throws {
        let response = try ask(
            CreateTopicsRequest { request in
                request.topics = [
                    CreateTopicsRequest.Topic { topic in
                        topic.name = name
                        topic.partitionCount = partitions
                        topic.replicationFactor = 1
                        topic.configs = settings.map { pair in CreateTopicsRequest.Config { $0.name = pair.key; $0.value = pair.value } }
                    }
                ]
            }, version: 5)
        guard response.topics.first?.errorCode == 0 else { throw Failure(description: "\(response)") }
    }

    static func produce(_ batch: [UInt8], to topic: String, partition: Int32 = 0, acks: Int16 = -1) -> ProduceRequest {
        ProduceRequest { request in
            request.acks = acks
            request.timeoutMilliseconds = 10_000
            request.topics = [
                ProduceRequest.Topic { asked in
                    asked.name = topic
                    asked.partitions = [ProduceRequest.Partition { $0.partitionIndex = partition; $0.records = .bytes(batch) }]
                }
            ]
        }
    }

    static func fetch(
        _ topic: String, partitions: [Int32] = [0], from offset: Int64 = 0, waitMilliseconds: Int32 = 0, session: (id: Int32, epoch: Int32) = (0, -1),
        partitionBytes: Int32 = 1 << 20
    ) -> FetchRequest {
        FetchRequest { request in
            request.maxWaitMilliseconds = waitMilliseconds
            request.minBytes = 1
            request.maxBytes = 50 << 20
            request.sessionId = session.id
            request.sessionEpoch = session.epoch
            request.topics = [
                FetchRequest.Topic { asked in
                    asked.name = topic
                    asked.partitions = partitions.map { number in
                        FetchRequest.Partition {
                            $0.partitionIndex = number
                            $0.fetchOffset = offset
                            $0.partitionMaxBytes = partitionBytes
                        }
                    }
                }
            ]
        }
    }
}
