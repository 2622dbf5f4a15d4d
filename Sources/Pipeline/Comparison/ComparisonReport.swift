/// What two topics have in common and what not.
public struct ComparisonReport: Codable, Sendable, Equatable {
    public struct Example: Codable, Sendable, Equatable {
        public var key: String
        /// As `leat tail` names it: order key of the one order.
        public var order: String
        /// Where it lies in A and in B: "partition:offset".
        public var inA: String?
        public var inB: String?
        public var url: String
        /// The beginning of the text.
        public var text: String
        /// What differs, or what refused it.
        public var reason: String
    }

    public struct Side: Codable, Sendable, Equatable {
        public var count = 0
        /// By the rule that refused it on the other side; "unknown" where no rejection is found.
        public var rules: [String: Int] = [:]
        public var examples: [Example] = []
    }

    public var a: String
    public var b: String
    /// In both, byte for byte.
    public var same = 0
    /// In both, and only the lineage (builds, configurations) differs.
    public var sameButLineage = 0
    /// In both, with other contents.
    public var different = 0
    /// By field: how many differ in it.
    public var differences: [String: Int] = [:]
    public var differingExamples: [Example] = []
    public var onlyA = Side()
    public var onlyB = Side()
    /// Records of A that the replay's range or sample leaves out.
    public var leftOut = 0

    public init(a: String, b: String) {
        self.a = a
        self.b = b
    }

    public var keptByBoth: Int { same + sameButLineage + different }
    /// True where nothing but the lineage differs.
    public var isEqual: Bool { different == 0 && onlyA.count == 0 && onlyB.count == 0 }
}
