/// The type of a record (WARC/1.1, section 5.5), as WARC-Type names it.
public enum RecordKind: String, Sendable, CaseIterable {
    case warcinfo, response, resource, request, metadata, revisit, conversion, continuation
    /// A type that the standard does not know (or none at all).
    case unknown

    init(_ bytes: ArraySlice<UInt8>?) {
        self = .unknown
        guard let bytes, bytes.count <= 12 else { return }
        for kind in RecordKind.allCases where bytes.count == kind.rawValue.utf8.count {
            if zip(bytes, kind.rawValue.utf8).allSatisfy({ $0.asciiLowercased == $1 }) { self = kind }
        }
    }
}
