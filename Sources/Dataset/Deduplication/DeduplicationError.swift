/// Why a text, a signature or a stored entry could not be used.
public enum DeduplicationError: Error, Sendable, Equatable, CustomStringConvertible {
    case badSetting(String)
    /// Bytes that are no signature of this format, or were made with other settings.
    case badSignature(String)
    /// What a matcher says of a document is impossible.
    case badCandidates(String)
    /// The index has decided this document before.
    case alreadyDecided(document: UInt64)
    /// An entry of the index's storage does not have its form.
    case damagedIndex(String)

    public var description: String {
        switch self {
        case .badSetting(let reason): "near-duplicate setting: \(reason)"
        case .badSignature(let reason): "document signature: \(reason)"
        case .badCandidates(let reason): "candidates: \(reason)"
        case .alreadyDecided(let document): "document \(document) has been through the duplicate index before"
        case .damagedIndex(let reason): "duplicate index: \(reason); rebuild it from its changelog"
        }
    }
}
