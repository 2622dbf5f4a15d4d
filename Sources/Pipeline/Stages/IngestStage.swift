// The stage's state, store "ingest", key "place": offset of the source record i64 | next ordinal u64 | ArchivePosition, big endian.

import Documents
import Records
import LogClient
import ObjectStore
import StateStore
import Streams
import SwiftProtobuf
import WebArchive

/// Reads archives record by record and emits pages: one complete WARC record each, in the archives' order.
///
/// Input: `ingest.archives` (ArchiveSource). Page n of all pages ever ingested gets order key n and goes to partition n mod P. After a crash
/// reading goes on inside the archive, at the record after the last committed one. Damage is counted and passed over.
final class IngestStage: Processor {
    /// Records read in one turn, before others may run and a commit may be made.
    private static let recordsPerTurn = 64
    private static let bytesPerTurn = 8 << 20

    private let settings: IngestSettings
    private let stamp: StageStamper
    private var place: IngestPlace?
    private var reader: ArchiveReader?
    private var readerOffset: Int64 = -1
    private var seenDamages: UInt64 = 0

    init(settings: IngestSettings, stamp: StageStamper) {
        self.settings = settings
        self.stamp = stamp
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let source = try ArchiveSource(serializedBytes: record.value.map { [UInt8]($0) } ?? [])
        let store = try context.store("ingest")
        var place = try self.place ?? IngestPlace.read(store)
        if place.sourceOffset != context.inputOffset { place.begin(context.inputOffset) }
        let isFinished = try source.location.isEmpty || readSome(source, &place, context)
        if isFinished {
            reader = nil
            place.finish()
            context.count("archives", source.location.isEmpty ? 0 : 1)
        }
        self.place = place
        try place.write(store)
        context.order = OrderKey(place.nextOrdinal - 1)
        guard isFinished else { return .unfinished }
        if source.last {
            // Behind every page, before every later one.
            context.order = OrderKey(place.nextOrdinal - 1, partition: .max)
            context.emitEndOfInput()
        }
        return .accounted
    }

    /// Reads until the turn is over; says whether the archive is at its end.
    private func readSome(_ source: ArchiveSource, _ place: inout IngestPlace, _ context: ProcessorContext) throws -> Bool {
        do {
            let reader = try openReader(source, place)
            for _ in 0..<Self.recordsPerTurn where context.emittedBytes < Self.bytesPerTurn {
                guard let found = try reader.next() else {
                    noteDamages(reader, context)
                    return true
                }
                noteDamages(reader, context)
                try take(found, source, &place, context)
            }
            place.position = reader.position
            return false
        } catch let error as ObjectStoreError {
            // What was read stands; the rest of this archive is given up, and said.
            throw PipelineError("\(source.location): \(error.reason); the archive was read up to record \(place.position.ordinal)")
        }
    }

    private func openReader(_ source: ArchiveSource, _ place: IngestPlace) throws -> ArchiveReader {
        if let reader, readerOffset == place.sourceOffset { return reader }
        let input = ArchiveInput(
            kind: source.kind == "html" ? .html : .archive, location: source.location, pageURI: source.url.isEmpty ? nil : source.url)
        let opened = try input.reader(limits: ArchiveLimits(blockBytes: settings.blockLimitBytes), resuming: place.position)
        reader = opened
        readerOffset = place.sourceOffset
        seenDamages = 0
        return opened
    }

    private func noteDamages(_ reader: ArchiveReader, _ context: ProcessorContext) {
        guard reader.damageCount > seenDamages else { return }
        context.count("damages", Int(reader.damageCount - seenDamages))
        for damage in reader.damages.dropFirst(Int(seenDamages)) { context.count("damage_\(damage.kind.rawValue)", 1) }
        seenDamages = reader.damageCount
    }

    private func take(
        _ found: ArchiveRecord, _ source: ArchiveSource, _ place: inout IngestPlace, _ context: ProcessorContext
    ) throws {
        context.count("records", 1)
        switch found.kind {
        case .response, .resource, .conversion: break
        default:
            // Not a page, so not part of the ledger: a request, a revisit, what describes the archive.
            context.count("other_records", 1)
            return
        }
        let ordinal = place.nextOrdinal
        place.nextOrdinal += 1
        context.order = OrderKey(ordinal)
        let partition = Int32(ordinal % UInt64(context.outputPartitions[0]))
        if let refusal = PageChoice(settings: settings).refusal(of: found) {
            var rejection = Rejection()
            rejection.stage = "ingest"
            rejection.filter = "page"
            rejection.rule = refusal.rule
            rejection.value = refusal.value
            rejection.detail = refusal.detail
            rejection.document = document(of: found, source, ordinal)
            context.reject(
                rule: refusal.rule, key: Array(rejection.document.id.utf8), value: try rejection.serializedBytes(), partition: partition)
            context.account(in: 1, out: 0, rejected: 1)
            return
        }
        context.emit(
            key: Array((found.targetURI ?? "").utf8), value: found.record.bytes, partition: partition,
            headers: [
                RecordHeader(key: "\(PageHeader.archive)", value: source.location),
                RecordHeader(key: "\(PageHeader.archiveOffset)", value: String(found.position.fileOffset)),
                RecordHeader(key: "\(PageHeader.dump)", value: source.dump),
            ])
        context.account(in: 1, out: 1, rejected: 0)
    }

    /// What is known of a page that goes no further.
    private func document(of found: ArchiveRecord, _ source: ArchiveSource, _ ordinal: UInt64) -> Document {
        let digest = PageIdentity.digest(found.block)
        var document = Document()
        document.id = PageIdentity.identifier(url: found.targetURI ?? "", date: found.date ?? "", bodyDigest: digest)
        document.url = found.targetURI ?? ""
        document.page.fetched = found.date ?? ""
        document.lineage.archive = source.location
        document.lineage.offset = found.position.fileOffset
        document.lineage.ordinal = ordinal
        document.lineage.recordID = found.identifier ?? ""
        document.lineage.dump = source.dump
        document.lineage.stages = [stamp.stamp]
        return document
    }
}

/// How far archives were read.
struct IngestPlace {
    var sourceOffset: Int64 = -1
    var nextOrdinal: UInt64 = 1
    var position = ArchivePosition.start

    private static let key = Array("place".utf8)

    mutating func begin(_ offset: Int64) {
        sourceOffset = offset
        position = .start
    }

    mutating func finish() { position = .start }

    static func read(_ store: any KeyValueStore) throws -> IngestPlace {
        guard let bytes = try store.get(key) else { return IngestPlace() }
        guard bytes.count > 16, let position = ArchivePosition(decoding: bytes[16...]) else {
            throw PipelineError("the state of the stage ingest is damaged: its place has \(bytes.count) bytes")
        }
        func number(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        return IngestPlace(sourceOffset: Int64(bitPattern: number(0)), nextOrdinal: number(8), position: position)
    }

    func write(_ store: any KeyValueStore) throws {
        var bytes: [UInt8] = []
        withUnsafeBytes(of: sourceOffset.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: nextOrdinal.bigEndian) { bytes.append(contentsOf: $0) }
        try store.put(Self.key, bytes + position.encode())
    }
}
