import Documents
import FoundationEssentials
import LogClient
import Streams
import SwiftProtobuf
import Tokenization

/// Adds the token ids of the target model's own tokenizer.
final class TokenizeStage: Processor {
    private let tokenizer: Tokenizer
    private let scratch = TokenizerScratch()
    private let stamp: StageStamper
    private var identifiers: [UInt32] = []

    init(tokenizer: Tokenizer, stamp: StageStamper) {
        self.tokenizer = tokenizer
        self.stamp = stamp
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        var document = try Document(record)
        identifiers.removeAll(keepingCapacity: true)
        // Special tokens that stand in a page's text are text: a page must not be able to end a document.
        try tokenizer.encode(document.text, specialTokens: .plain, into: &identifiers, scratch: scratch)
        document.tokens.tokenizer = tokenizer.name
        document.tokens.count = UInt64(identifiers.count)
        document.tokens.ids = TokenIdentifiers.data(identifiers)
        document.lineage.stages.append(stamp.stamp)
        context.count("tokens", identifiers.count)
        context.count("text_bytes", document.text.utf8.count)
        context.count("language_\(document.language.code)", 1)
        context.count("length_\(TextLengthClass(scalars: document.text.unicodeScalars.count).rawValue)", 1)
        context.emit(key: Array(document.id.utf8), value: try document.serializedBytes())
        return .passed
    }
}

/// Token ids as a document carries them: u32, little endian.
enum TokenIdentifiers {
    static func data(_ identifiers: [UInt32]) -> Data {
        identifiers.withUnsafeBytes { Data($0) }
    }

    static func read(_ data: Data) throws -> [UInt32] {
        guard data.count % 4 == 0 else { throw PipelineError("token ids take \(data.count) bytes, which is no multiple of 4") }
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
        }
    }
}

/// Bytes for a protobuf field.
struct SignatureBytes {
    let data: Data
    init(_ bytes: [UInt8]) { data = Data(bytes) }
}

/// Lengths of texts by powers of two, for the report.
struct TextLengthClass {
    /// The smallest power of two above the length, as its exponent.
    let rawValue: Int
    init(scalars: Int) { rawValue = Int.bitWidth - max(0, scalars).leadingZeroBitCount }
}
