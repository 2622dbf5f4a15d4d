import WebArchive

/// Which records of an archive are pages worth extracting.
struct PageChoice {
    struct Refusal {
        var rule: String
        var value: Double
        var detail: String
    }

    let settings: IngestSettings

    /// Why a record goes no further; nil where it does.
    func refusal(of found: ArchiveRecord) -> Refusal? {
        guard let uri = found.targetURI, !uri.isEmpty else { return Refusal(rule: "no_url", value: 0, detail: "") }
        // dns: and filedesc: records of ARC files, whois: and the like are about the crawl, not pages.
        guard uri.hasPrefix("http://") || uri.hasPrefix("https://") || uri.hasPrefix("file://") else {
            return Refusal(rule: "not_a_page", value: 0, detail: String(uri.prefix(200)))
        }
        guard found.kind == .response else { return refusal(ofType: MediaType(found.contentType ?? "")?.essence, body: found.block) }
        let message = HTTPMessage(found.record)
        if let status = message.status, !settings.statuses.contains(status) {
            return Refusal(rule: "status", value: Double(status), detail: "")
        }
        return refusal(ofType: message.mediaType?.essence, body: message.body)
    }

    private func refusal(ofType type: String?, body: ArraySlice<UInt8>) -> Refusal? {
        if body.isEmpty { return Refusal(rule: "empty_body", value: 0, detail: "") }
        if let type, !type.isEmpty {
            return settings.mediaTypes.contains(type) ? nil : Refusal(rule: "media_type", value: 0, detail: type)
        }
        let first = body.prefix(512).first { $0 > 0x20 }
        return first == UInt8(ascii: "<") ? nil : Refusal(rule: "media_type", value: 0, detail: "none given")
    }
}
