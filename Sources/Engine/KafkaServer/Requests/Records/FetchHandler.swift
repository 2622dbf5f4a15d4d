import AccessControl
import Broker
import Coordination
import KafkaWire
import LogStorage
import NIOCore

/// Fetch: whole batches as they lie in the log, now or when enough of them have come.
struct FetchHandler {
    let core: ServerCore

    func handle(_ exchange: Exchange<FetchRequest>) {
        let request = exchange.request
        let targets = targets(exchange)
        let forgotten = request.forgottenTopics.flatMap { topic in
            topic.partitions.map { FetchSessions.Key(topicID: topic.topicId, topic: topic.name, partition: $0) }
        }
        switch core.sessions.open(request, version: exchange.version, targets: targets, forgotten: forgotten) {
        case .refused(let code): exchange.answer { $0.errorCode = code.rawValue }
        case .full:
            let parts = targets.map { (key: $0.key, known: FetchSessions.Known(target: $0.target)) }
            FetchOperation(core: core, exchange: exchange, session: nil, parts: parts).start()
        case .session(let identifier, let parts):
            FetchOperation(core: core, exchange: exchange, session: identifier, parts: parts).start()
        }
    }

    private func targets(_ exchange: Exchange<FetchRequest>) -> [(key: FetchSessions.Key, target: FetchTarget)] {
        var targets: [(key: FetchSessions.Key, target: FetchTarget)] = []
        for topic in exchange.request.topics {
            var name = topic.name
            var isUnknown = false
            if exchange.version >= 13 {
                if let found = core.broker.lookUp(topic.topicId.identifier) { name = found.name } else { isUnknown = true }
            }
            for partition in topic.partitions {
                let target = FetchTarget(
                    partition: TopicPartition(name, partition.partitionIndex), topicID: topic.topicId, offset: partition.fetchOffset,
                    leaderEpoch: partition.currentLeaderEpoch, maximumBytes: Int(max(0, partition.partitionMaxBytes)),
                    isUnknownTopic: isUnknown)
                targets.append((.init(topicID: topic.topicId, topic: topic.name, partition: partition.partitionIndex), target))
            }
        }
        return targets
    }
}

/// One fetch that is being answered, perhaps after a wait. Thread rule: on its connection's event loop.
final class FetchOperation {
    private let core: ServerCore
    private let exchange: Exchange<FetchRequest>
    private let session: Int32?
    private let parts: [(key: FetchSessions.Key, known: FetchSessions.Known)]
    /// Bytes of records that are answered at most, whatever is asked for.
    private let byteLimit: Int
    private var waiter: UInt64?
    private var timer: Scheduled<Void>?
    private var isDone = false

    init(
        core: ServerCore, exchange: Exchange<FetchRequest>, session: Int32?,
        parts: [(key: FetchSessions.Key, known: FetchSessions.Known)]
    ) {
        byteLimit = core.largestFetch(for: exchange.client)
        self.core = core
        self.exchange = exchange
        self.session = session
        self.parts = parts
    }

    func start() {
        let distant = parts.map(\.known.target).filter { $0.isInRemoteStore(core) }
        guard !distant.isEmpty else { return begin() }
        // That waits for the network, so not on the thread that talks to clients: it finds the bytes in the cache afterwards.
        let loop = exchange.reply.eventLoop
        let this = NIOLoopBound(self, eventLoop: loop)
        let end: ReadLimit = exchange.request.isolationLevel == 1 ? .lastStableOffset : .highWatermark
        core.work { [core] in
            for target in distant { target.fetchAhead(core, upTo: end) }
            loop.execute { this.value.metered { $0.begin() } }
        }
    }

    private func begin() {
        let collected = collect()
        let request = exchange.request
        if request.maxWaitMilliseconds <= 0 || isEnough(collected) { return answer(collected) }
        wait()
        // What came between the look and the registration would wake nobody.
        let again = collect()
        if isEnough(again) { answer(again) }
    }

    private func wait() {
        let loop = exchange.reply.eventLoop
        let this = NIOLoopBound(self, eventLoop: loop)
        let isScheduled = SharedBox(false)
        waiter = core.waiters.add(parts.map(\.known.target.partition)) {
            // Many appends in a row are one look.
            guard !isScheduled.withLock({ scheduled in
                defer { scheduled = true }
                return scheduled
            }) else { return }
            loop.execute {
                isScheduled.withLock { $0 = false }
                this.value.metered { $0.retry() }
            }
        }
        timer = loop.scheduleTask(in: .milliseconds(Int64(exchange.request.maxWaitMilliseconds))) { this.value.metered { $0.expire() } }
    }

    private func metered(_ body: (FetchOperation) -> Void) { exchange.metered { body(self) } }

    private func retry() {
        guard !isDone else { return }
        guard exchange.reply.isOpen else { return finish() }
        let collected = collect()
        if isEnough(collected) { answer(collected) }
    }

    private func expire() {
        guard !isDone else { return }
        guard exchange.reply.isOpen else { return finish() }
        answer(collect())
    }

    private func finish() {
        isDone = true
        timer?.cancel()
        if let waiter { core.waiters.remove(waiter) }
    }

    // MARK: Reading

    private struct Collected {
        var reads: [PartitionRead]
        var byteCount: Int
        var hasError: Bool
    }

    private func isEnough(_ collected: Collected) -> Bool {
        collected.hasError || collected.byteCount >= max(1, min(Int(exchange.request.minBytes), byteLimit, core.answers.room))
            || (exchange.request.minBytes <= 0) || parts.isEmpty
    }

    private func collect() -> Collected {
        var left = min(Int(max(0, exchange.request.maxBytes)), byteLimit, core.answers.room)
        var collected = Collected(reads: [], byteCount: 0, hasError: false)
        collected.reads.reserveCapacity(parts.count)
        let isCommitted = exchange.request.isolationLevel == 1
        for part in parts {
            let read = PartitionRead(
                part.known.target, core, exchange.client, readsCommitted: isCommitted, byteLimit: left,
                takesOversized: collected.byteCount == 0)
            left = max(0, left - read.byteCount)
            collected.byteCount += read.byteCount
            if read.code != .none { collected.hasError = true }
            collected.reads.append(read)
        }
        return collected
    }

    // MARK: Answering

    private func answer(_ collected: Collected) {
        finish()
        let throttle = max(core.throttle(fetched: collected.byteCount, by: exchange.client), exchange.meter?.settle() ?? 0)
        guard throttle == 0 else { return answerEmpty(collected.byteCount, throttle) }
        var response = FetchResponse()
        response.sessionId = session ?? 0
        var told: [(key: FetchSessions.Key, known: FetchSessions.Known, hasData: Bool)] = []
        var regions: [LogRegion] = []
        for (part, read) in zip(parts, collected.reads) {
            if session != nil {
                var known = part.known
                let changed =
                    known.isNew || read.byteCount > 0 || read.code != .none || known.hadError
                    || known.highWatermark != read.highWatermark || known.startOffset != read.startOffset
                known.highWatermark = read.highWatermark
                known.startOffset = read.startOffset
                known.hadError = read.code != .none
                told.append((part.key, known, read.byteCount > 0))
                guard changed else { continue }
            }
            var answer = read.answer(version: exchange.version)
            if let region = read.region, read.byteCount > 0 {
                answer.records = .external(index: regions.count, byteCount: region.byteCount)
                regions.append(region)
            } else {
                answer.records = .bytes([])
            }
            append(answer, part.key, to: &response)
        }
        if let session { core.sessions.told(session, told) }
        send(response, regions, 0)
    }

    /// A client over its quota gets nothing now, and asks for the same again when it has waited; what it was not sent does not count.
    private func answerEmpty(_ byteCount: Int, _ throttle: Int64) {
        core.takeBack(fetched: byteCount, by: exchange.client)
        var response = FetchResponse()
        response.throttleTimeMilliseconds = Int32(clamping: throttle)
        if let session {
            // A session begins with an answer that names all its partitions: with this one it does not.
            if exchange.request.sessionEpoch == 0 { core.sessions.end(session) } else { response.sessionId = session }
        }
        send(response, [], throttle)
    }

    private func append(_ answer: FetchResponse.Partition, _ key: FetchSessions.Key, to response: inout FetchResponse) {
        if let last = response.topics.indices.last, response.topics[last].topicId == key.topicID, response.topics[last].name == key.topic {
            response.topics[last].partitions.append(answer)
        } else {
            response.topics.append(FetchResponse.Topic { $0.name = key.topic; $0.topicId = key.topicID; $0.partitions = [answer] })
        }
    }

    private func send(_ response: FetchResponse, _ regions: [LogRegion], _ throttle: Int64) {
        exchange.counts?.note(response.failureCodes)
        guard let pieces = try? WireFrame.responsePieces(response, version: exchange.version, correlationId: exchange.correlationID) else {
            return exchange.reply.close()
        }
        var assembly = AnswerAssembly(
            minimumFileRegionBytes: exchange.client.isEncrypted ? .max : core.configuration.minimumFileRegionBytes)
        do {
            for piece in pieces {
                switch piece {
                case .bytes(let bytes): assembly.add(bytes)
                case .records(let index, _): try assembly.add(regions[index])
                }
            }
        } catch {
            // The answer's head is fixed: the client asks again on another connection, and is then told.
            return exchange.reply.close()
        }
        var answer = assembly.answer
        let byteCount = regions.reduce(0) { $0 + $1.byteCount }
        // Small ones come and go too fast to add up.
        if byteCount > 16 << 10 { answer.share = core.answers.take(byteCount) }
        exchange.reply.send(answer: answer, throttleMilliseconds: throttle)
    }
}

/// What one partition has for a fetch.
struct PartitionRead {
    var code = KafkaErrorCode.none
    var region: LogRegion?
    var highWatermark: Int64 = -1
    var lastStableOffset: Int64 = -1
    var startOffset: Int64 = -1
    private let target: FetchTarget
    private let readsCommitted: Bool

    var byteCount: Int { region?.byteCount ?? 0 }

    init(
        _ target: FetchTarget, _ core: ServerCore, _ client: ClientIdentity, readsCommitted: Bool, byteLimit: Int, takesOversized: Bool
    ) {
        self.target = target
        self.readsCommitted = readsCommitted
        if let objection = Self.objection(to: target, core, client) {
            code = objection
            return
        }
        do {
            let log = try core.broker.partition(target.partition)
            highWatermark = log.highWatermark
            lastStableOffset = log.lastStableOffset
            startOffset = log.startOffset
            let limit = min(byteLimit, target.maximumBytes)
            let end = readsCommitted ? lastStableOffset : highWatermark
            // Also where nothing can be read the offset is judged.
            guard target.offset < end, limit > 0 || takesOversized else {
                guard target.offset >= startOffset, target.offset <= log.endOffset else { throw Self.outOfRange(target.offset, log) }
                return
            }
            let read = try log.region(
                from: target.offset, maxBytes: limit, upTo: readsCommitted ? .lastStableOffset : .highWatermark, minOneBatch: takesOversized)
            highWatermark = read.highWatermark
            lastStableOffset = read.lastStableOffset
            startOffset = read.logStartOffset
            region = read
        } catch {
            code = LogFailure(error).code
            if code == .notLeaderOrFollower { code = .unknownTopicOrPartition }
        }
    }

    private static func objection(to target: FetchTarget, _ core: ServerCore, _ client: ClientIdentity) -> KafkaErrorCode? {
        if target.isUnknownTopic { return .unknownTopicID }
        guard core.permits(client, .read, .topic, target.partition.topic) else { return .topicAuthorizationFailed }
        return ServerCore.objection(toLeaderEpoch: target.leaderEpoch)
    }

    private static func outOfRange(_ offset: Int64, _ log: PartitionLog) -> LogError {
        .offsetOutOfRange(requested: offset, start: log.startOffset, end: log.endOffset)
    }

    /// The partition's answer without its records.
    func answer(version: Int16) -> FetchResponse.Partition {
        FetchResponse.Partition { answer in
            answer.partitionIndex = target.partition.partition
            answer.errorCode = code.rawValue
            answer.highWatermark = highWatermark
            answer.lastStableOffset = lastStableOffset
            answer.logStartOffset = startOffset
            guard readsCommitted else { return }
            answer.abortedTransactions = (region?.abortedTransactions ?? []).map { aborted in
                FetchResponse.AbortedTransaction { $0.producerId = aborted.producerId; $0.firstOffset = aborted.firstOffset }
            }
        }
    }
}
