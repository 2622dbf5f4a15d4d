import Documents
import Extraction
import LogClient
import Streams
import SwiftProtobuf
import WebArchive

/// Turns a page into a document: bytes to Unicode, HTML to main text and metadata, and the text's language.
///
/// Input: `web.pages`, complete WARC records. A page without text is refused (`no_text`).
final class ExtractStage: Processor {
    private let settings: ExtractSettings
    private let languages: LanguageIdentifier
    private let stamp: StageStamper
    private let decoder = CharacterDecoder()
    private let extractor: PageExtractor

    init(settings: ExtractSettings, languages: LanguageIdentifier, stamp: StageStamper) {
        self.settings = settings
        self.languages = languages
        self.stamp = stamp
        var limits = PageExtractor.Settings()
        limits.maximumPageBytes = settings.bodyLimitBytes
        extractor = PageExtractor(settings: limits)
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        guard let value = record.value, let page = WARCRecord.parse([UInt8](value)) else {
            throw PipelineError("the value is no WARC record")
        }
        var document = Document()
        document.lineage.archive = record.header(named: PageHeader.archive).map { String(decoding: $0, as: UTF8.self) } ?? ""
        document.lineage.offset =
            record.header(named: PageHeader.archiveOffset).flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0
        document.lineage.dump = record.header(named: PageHeader.dump).map { String(decoding: $0, as: UTF8.self) } ?? ""
        document.lineage.ordinal = context.order.primary
        document.lineage.recordID = page.identifier ?? ""
        document.lineage.stages = [stamp.stamp]
        document.url = page.targetURI ?? ""
        document.page.fetched = page.date ?? ""
        try read(page, into: &document)
        let key = Array(document.id.utf8)
        guard !document.text.isEmpty else {
            var rejection = Rejection()
            rejection.stage = "extract"
            rejection.filter = "extract"
            rejection.rule = "no_text"
            rejection.document = document
            context.reject(rule: "no_text", key: key, value: try rejection.serializedBytes())
            return .rejected
        }
        context.emit(key: key, value: try document.serializedBytes())
        return .passed
    }

    /// Body, characters, main text, language.
    private func read(_ page: WARCRecord, into document: inout Document) throws {
        let body: [UInt8]
        var contentType = page.contentType
        if page.kind == .response {
            let message = HTTPMessage(page)
            body = message.decodedBody(limit: settings.bodyLimitBytes).bytes
            contentType = message.headers["Content-Type"]
            document.page.status = UInt32(message.status ?? 0)
        } else {
            body = Array(page.block.prefix(settings.bodyLimitBytes))
        }
        let digest = PageIdentity.digest(body[...])
        document.id = PageIdentity.identifier(url: document.url, date: document.page.fetched, bodyDigest: digest)
        document.lineage.payloadDigest = "sha256:" + PageIdentity.hexadecimal(digest)
        let mediaType = contentType.flatMap { MediaType($0) }?.essence ?? ""
        let isText = mediaType == "text/plain"
        let decoded = decoder.decode(body, contentType: contentType, isHTML: !isText)
        document.page.mediaType = mediaType
        document.page.charset = decoded.charsetName
        document.page.charsetEvidence = decoded.evidence.rawValue
        document.page.htmlBytes = UInt64(body.count)
        if isText {
            document.text = PlainText.tidy(decoded.utf8)
        } else {
            try fill(&document, from: extractor.extract(html: decoded.utf8, url: document.url))
        }
        let language = try languages.identify(Array(document.text.utf8))
        document.language.code = language.code
        document.language.script = language.script
        document.language.score = Double(language.score)
    }

    private func fill(_ document: inout Document, from page: ExtractedPage) throws {
        document.text = page.text
        document.title = page.title ?? ""
        document.author = page.author ?? ""
        document.date = page.date ?? ""
        document.site = page.site ?? ""
        document.canonicalURL = page.canonicalURL ?? ""
        document.declaredLanguage = page.declaredLanguage ?? ""
        document.description_p = page.description ?? ""
        document.page.type = page.pageType.rawValue
    }
}

/// Text that came as text.
enum PlainText {
    /// Line ends become "\n"; white space at the ends goes.
    static func tidy(_ utf8: [UInt8]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var index = 0
        while index < utf8.count {
            let byte = utf8[index]
            index += 1
            guard byte == 0x0D else {
                bytes.append(byte)
                continue
            }
            bytes.append(0x0A)
            if index < utf8.count, utf8[index] == 0x0A { index += 1 }
        }
        let isBlank: (UInt8) -> Bool = { $0 <= 0x20 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
