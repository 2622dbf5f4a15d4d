/// A part of a message, described once for both directions.
public protocol WireStruct: Equatable, Sendable {
    /// Every field at its default.
    init()
    /// Names the fields in wire order. `self` changes only while reading.
    mutating func code(_ coder: inout WireCoder) throws(WireError)
    /// Names the tagged fields in ascending order, each `if try coder.tag(number, isSet: …) { one call }`.
    mutating func codeTags(_ coder: inout WireCoder) throws(WireError)
}

extension WireStruct {
    public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {}

    /// The defaults, then what `fill` sets: `Topic { $0.name = "clicks" }`.
    @inlinable
    public init<Failure: Error>(_ fill: (inout Self) throws(Failure) -> Void) throws(Failure) {
        self.init()
        try fill(&self)
    }
}

extension WireCoder {
    /// One structure: its fields, then in flexible versions its tag section.
    mutating func structure<Value: WireStruct>(_ value: inout Value) throws(WireError) {
        try value.code(&self)
        guard isFlexible else { return }
        if isReading {
            try readTags(&value)
        } else {
            try writeTags(&value)
        }
    }

    /// A structure that is always there.
    public mutating func structure<Value: WireStruct>(
        _ value: inout Value, _ field: StaticString, from: Int16 = 0, until: Int16 = .max
    ) throws(WireError) {
        if isPresent(from, until) { try structure(&value) }
    }

    /// A structure or null: one byte tells which.
    public mutating func nullableStructure<Value: WireStruct>(
        _ value: inout Value?, _ field: StaticString, from: Int16 = 0, until: Int16 = .max
    ) throws(WireError) {
        guard isPresent(from, until) else { return }
        var presence: Int8 = value == nil ? -1 : 1
        try integer(&presence, field)
        guard presence == 1 else {
            guard presence == -1 else { throw error(.presence(presence), field) }
            return value = nil
        }
        var inner = value ?? Value()
        try structure(&inner)
        if isReading { value = inner }
    }
}
