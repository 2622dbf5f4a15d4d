import CPosix

/// What the operating system refused: the operation, the path, the error number and a sentence.
public struct SystemIOError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being done, as a verb: "open", "write", "sync data".
    public let operation: String
    public let path: String
    /// The system's error number, or 0 where the refusal is our own.
    public let errorNumber: Int32
    /// What happened, and, where one is known, what to do about it.
    public let sentence: String

    public init(operation: String, path: String, errorNumber: Int32, sentence: String? = nil) {
        self.operation = operation
        self.path = path
        self.errorNumber = errorNumber
        self.sentence = sentence ?? SystemIOError.sentence(for: errorNumber)
    }

    public var description: String {
        "cannot \(operation) \(path): \(sentence)" + (errorNumber == 0 ? "" : " (errno \(errorNumber))")
    }

    /// Whether the failure is "there is no such file or folder".
    public var isNotFound: Bool { errorNumber == ErrorNumber.notFound }
    /// Whether the failure is "no space left on the device" or a quota's.
    public var isOutOfSpace: Bool { errorNumber == ErrorNumber.noSpace || errorNumber == ErrorNumber.quota }

    private static func sentence(for errorNumber: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            leat_describe(errorNumber, text.baseAddress, text.count)
            guard let start = text.baseAddress else { return "unknown error" }
            return String(cString: start)
        }
    }
}

/// Linux's numbers for the failures that callers tell apart, or that the simulation makes.
public enum ErrorNumber {
    public static let notFound: Int32 = 2
    public static let inputOutput: Int32 = 5
    public static let wouldBlock: Int32 = 11
    public static let exists: Int32 = 17
    public static let notFolder: Int32 = 20
    public static let invalid: Int32 = 22
    public static let noSpace: Int32 = 28
    public static let notEmpty: Int32 = 39
    public static let quota: Int32 = 122
}
