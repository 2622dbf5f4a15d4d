/// What the index says of one document.
public enum DuplicateDecision: Sendable, Equatable {
    /// No earlier document is like it: it survives.
    case unique
    /// It is dropped.
    case duplicate(Match)

    public struct Match: Sendable, Equatable {
        /// The earlier document that it is most like (the earliest of several). It may itself have been dropped.
        public let of: UInt64
        /// Size of the intersection of the two documents' 5-grams by the size of the union; 1 for the same text.
        public let jaccard: Double
        /// Same fingerprint: the same text but for white space and Unicode form.
        public let isSameText: Bool
        /// The document of its cluster that survived, and stands for this one in the dataset.
        public let survivor: UInt64
    }
}

/// What a removal did.
public struct DuplicateRemoval: Sendable, Equatable {
    /// The document had survived: its cluster has lost the text that stood for it.
    public let wasSurvivor: Bool
    /// The next of the cluster, which survives from now on and has to be brought back; `nil` where there is none.
    public let promoted: UInt64?
}
