/// Why a read, a write or a listing failed: what was asked of which object, and what to do about it.
///
/// Thrown by every operation of this module. A retry has already been made where one could help.
public struct ObjectStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong, as far as a caller may want to act on it.
    public enum Kind: Sendable, Equatable {
        /// The object, file or bucket is not there.
        case notFound
        /// `putIfAbsent` found an object of that name.
        case alreadyExists
        /// Credentials are missing, wrong, or do not allow this.
        case accessDenied
        /// The name, address or setting given is not one this store can use.
        case invalidRequest
        /// A size from outside is over the bound set for it.
        case tooLarge
        /// The disk, the network or the server failed, and retries did not help.
        case unavailable
        /// What came back is not what was asked for (a wrong range, checksum or document).
        case invalidResponse
    }

    public let kind: Kind
    /// The file path or URL, without credentials.
    public let location: String
    /// One sentence: what was tried, what happened and what may help.
    public let reason: String

    public init(_ kind: Kind, at location: String, _ reason: String) {
        self.kind = kind
        self.location = location
        self.reason = reason
    }

    public var description: String { "\(location): \(reason)" }
}
