import Documents
import FoundationEssentials
import Records
import Streams
import SwiftProtobuf
import WebArchive

/// What a stage reads and writes, and how a filter's bytes become its records and back.
///
/// Messages in protobuf go on as they came, so that fields of a later schema survive; JSON has no place for those, and a field that
/// is not known is an error there, unless `ignoresUnknownFields`.
struct FilterCodec {
    /// The stages that can be filters, with what they read and write.
    static let stages = ["extract", "filter", "sign", "tokenize"]

    let stage: String
    let format: FilterFormat
    let ignoresUnknownFields: Bool

    private var decoding: JSONDecodingOptions {
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = ignoresUnknownFields
        return options
    }

    // MARK: In

    /// The record that the stage would find in its topic, and its place in the order.
    func record(_ bytes: UnsafeRawBufferPointer) throws -> (record: Record, order: OrderKey) {
        stage == "extract" ? try page(bytes) : try document(bytes)
    }

    private func document(_ bytes: UnsafeRawBufferPointer) throws -> (record: Record, order: OrderKey) {
        let value: [UInt8]
        let document: Document
        switch format {
        case .json:
            document = try Document(jsonUTF8Bytes: [UInt8](bytes), options: decoding)
            value = try document.serializedBytes()
        case .protobuf:
            value = [UInt8](bytes)
            document = try Document(serializedBytes: value)
        }
        return (
            Record(offset: -1, timestamp: 0, key: Array(document.id.utf8), value: value), OrderKey(document.lineage.ordinal)
        )
    }

    private func page(_ bytes: UnsafeRawBufferPointer) throws -> (record: Record, order: OrderKey) {
        let page: PageInput =
            switch format {
            case .json: try PageInput(jsonUTF8Bytes: [UInt8](bytes), options: decoding)
            case .protobuf: try PageInput(serializedBytes: [UInt8](bytes))
            }
        let value: [UInt8]
        if page.hasPage, page.warc.isEmpty {
            value =
                WARCWriter.record(
                    .resource, uri: page.page.url, date: page.page.fetched,
                    contentType: page.page.contentType.isEmpty ? "text/html" : page.page.contentType, block: page.page.body
                ).bytes
        } else {
            guard !page.warc.isEmpty, !page.hasPage else {
                throw PipelineError("a page is either `warc`, a WARC record, or `page`, its body and url: one of them must be there")
            }
            value = [UInt8](page.warc)
        }
        let headers = [
            RecordHeader(key: "\(PageHeader.archive)", value: page.archive),
            RecordHeader(key: "\(PageHeader.archiveOffset)", value: String(page.archiveOffset)),
            RecordHeader(key: "\(PageHeader.dump)", value: page.dump),
        ]
        let key = Array((WARCRecord.parse(value)?.targetURI ?? "").utf8)
        return (Record(offset: -1, timestamp: 0, key: key, value: value, headers: headers), OrderKey(page.ordinal))
    }

    // MARK: Out

    enum Kind: UInt8 {
        /// The numbers of StageResult's fields.
        case document = 1
        case signature = 2
        case rejection = 3
        case dead = 4

        var name: String {
            switch self {
            case .document: "document"
            case .signature: "signature"
            case .rejection: "rejection"
            case .dead: "dead"
            }
        }
    }

    /// The kind of what the stage emits.
    var output: Kind { stage == "sign" ? .signature : .document }

    /// Appends a message, as its topic would hold it, to `bytes`: framed, and inside a StageResult where `isTagged`.
    func append(_ value: [UInt8], _ kind: Kind, isTagged: Bool, to bytes: inout [UInt8]) throws {
        switch format {
        case .json:
            if isTagged { bytes.append(contentsOf: "{\"\(kind.name)\":".utf8) }
            bytes.append(contentsOf: try json(value, kind))
            if isTagged { bytes.append(UInt8(ascii: "}")) }
            bytes.append(0x0A)
        case .protobuf:
            guard isTagged else {
                Self.append(length: value.count, to: &bytes)
                return bytes.append(contentsOf: value)
            }
            var head: [UInt8] = [kind.rawValue << 3 | 2]
            Self.append(length: value.count, to: &head)
            Self.append(length: head.count + value.count, to: &bytes)
            bytes.append(contentsOf: head)
            bytes.append(contentsOf: value)
        }
    }

    private func json(_ value: [UInt8], _ kind: Kind) throws -> [UInt8] {
        switch kind {
        case .document: try Document(serializedBytes: value).jsonUTF8Bytes()
        case .signature: try Signature(serializedBytes: value).jsonUTF8Bytes()
        case .rejection: try Rejection(serializedBytes: value).jsonUTF8Bytes()
        case .dead: try Documents.DeadLetter(serializedBytes: value).jsonUTF8Bytes()
        }
    }

    private static func append(length: Int, to bytes: inout [UInt8]) {
        var rest = UInt(length)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
