// A progress mark is a record with a null key, a null value, the header `leat-order`, and the header `leat-mark` of one byte:
// 0 the stage has handled all up to that order key · 1 the same, and nothing follows in this run: close what is open.

/// The names of the headers that the runtime reads and writes.
public enum RuntimeHeader {
    public static let order = "leat-order"
    public static let mark = "leat-mark"
    public static let error = "leat-error"
    public static let stage = "leat-stage"
    public static let build = "leat-build"
    public static let sourceTopic = "leat-source-topic"
    public static let sourcePartition = "leat-source-partition"
    public static let sourceOffset = "leat-source-offset"
}

/// What stands at the front of an input.
struct InputHead {
    enum Kind {
        case record
        case mark
        /// A mark behind which nothing follows in this run.
        case endOfInput
    }

    var order: OrderKey
    var kind: Kind
}
