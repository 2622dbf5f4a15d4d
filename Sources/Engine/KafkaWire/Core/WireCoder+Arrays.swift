extension WireCoder {
    public mutating func array<Element: WireStruct>(
        _ value: inout [Element], _ field: StaticString, from: Int16 = 0, until: Int16 = .max
    ) throws(WireError) {
        guard isPresent(from, until) else { return }
        guard isReading else { return try append(value, field) }
        guard let elements: [Element] = try structures(field) else { throw error(.unexpectedNull, field) }
        value = elements
    }

    /// An array or null; null is refused below version `nullableFrom`.
    public mutating func nullableArray<Element: WireStruct>(
        _ value: inout [Element]?, _ field: StaticString, from: Int16 = 0, until: Int16 = .max, nullableFrom: Int16 = 0
    ) throws(WireError) {
        guard isPresent(from, until) else { return }
        guard isReading else {
            guard let value else { return try appendNull(isShort: false, nullableFrom, field) }
            return try append(value, field)
        }
        value = try structures(field)
        if value == nil, version < nullableFrom { throw error(.unexpectedNull, field) }
    }

    public mutating func array<Element: WirePrimitive>(
        _ value: inout [Element], _ field: StaticString, from: Int16 = 0, until: Int16 = .max
    ) throws(WireError) {
        guard isPresent(from, until) else { return }
        guard isReading else { return try append(value, field) }
        guard let elements: [Element] = try primitives(field) else { throw error(.unexpectedNull, field) }
        value = elements
    }

    /// An array or null; null is refused below version `nullableFrom`.
    public mutating func nullableArray<Element: WirePrimitive>(
        _ value: inout [Element]?, _ field: StaticString, from: Int16 = 0, until: Int16 = .max, nullableFrom: Int16 = 0
    ) throws(WireError) {
        guard isPresent(from, until) else { return }
        guard isReading else {
            guard let value else { return try appendNull(isShort: false, nullableFrom, field) }
            return try append(value, field)
        }
        value = try primitives(field)
        if value == nil, version < nullableFrom { throw error(.unexpectedNull, field) }
    }

    // MARK: Reading

    private mutating func structures<Element: WireStruct>(_ field: StaticString) throws(WireError) -> [Element]? {
        let count = try length(field)
        // Measuring an element costs about as much as reading one.
        guard let count = try admit(count, leastByteCount: count > 16 ? leastByteCount(Element.self) : 1, field) else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            var element = Element()
            try structure(&element)
            elements.append(element)
        }
        return elements
    }

    private mutating func primitives<Element: WirePrimitive>(_ field: StaticString) throws(WireError) -> [Element]? {
        let count = try length(field)
        let least = Element.leastByteCount(isFlexible: isFlexible)
        guard let count = try admit(count, leastByteCount: least, field) else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            var element = Element.zero
            try element.code(&self, field)
            elements.append(element)
        }
        return elements
    }

    /// Checks a count against the bytes left and the message's budget, before memory is taken for it; nil for null.
    private mutating func admit(_ count: Int, leastByteCount: Int, _ field: StaticString) throws(WireError) -> Int? {
        guard count >= 0 else {
            guard count == -1 else { throw error(.negativeLength(count), field) }
            return nil
        }
        let limit = min(left / leastByteCount, elementsLeft)
        guard count <= limit else { throw error(.tooManyElements(count: count, limit: limit), field) }
        elementsLeft -= count
        return count
    }

    /// The fewest bytes that an element takes in this version: those of its defaults, which are empty.
    private func leastByteCount<Element: WireStruct>(_ type: Element.Type) -> Int {
        var probe = WireCoder(writing: version, isFlexible: isFlexible)
        var element = Element()
        // A default of null where this version knows none cannot be written; one byte is then the safe answer.
        guard (try? probe.structure(&element)) != nil else { return 1 }
        return max(1, probe.output.count)
    }

    // MARK: Writing

    private mutating func append<Element: WireStruct>(_ elements: [Element], _ field: StaticString) throws(WireError) {
        try appendLength(elements.count, field)
        // The copy of the element keeps the array from being copied; its own arrays are shared.
        for var element in elements { try structure(&element) }
    }

    private mutating func append<Element: WirePrimitive>(_ elements: [Element], _ field: StaticString) throws(WireError) {
        try appendLength(elements.count, field)
        for var element in elements { try element.code(&self, field) }
    }
}

/// What an array may hold besides structures.
public protocol WirePrimitive {
    static var zero: Self { get }
    static func leastByteCount(isFlexible: Bool) -> Int
    mutating func code(_ coder: inout WireCoder, _ field: StaticString) throws(WireError)
}

extension Int8: WirePrimitive {}
extension Int16: WirePrimitive {}
extension Int32: WirePrimitive {}
extension Int64: WirePrimitive {}

extension WirePrimitive where Self: FixedWidthInteger & BitwiseCopyable {
    public static func leastByteCount(isFlexible: Bool) -> Int { MemoryLayout<Self>.size }

    public mutating func code(_ coder: inout WireCoder, _ field: StaticString) throws(WireError) { try coder.integer(&self, field) }
}

extension String: WirePrimitive {
    public static var zero: String { "" }

    public static func leastByteCount(isFlexible: Bool) -> Int { isFlexible ? 1 : 2 }

    public mutating func code(_ coder: inout WireCoder, _ field: StaticString) throws(WireError) { try coder.string(&self, field) }
}

extension WireUUID: WirePrimitive {
    public static func leastByteCount(isFlexible: Bool) -> Int { 16 }

    public mutating func code(_ coder: inout WireCoder, _ field: StaticString) throws(WireError) { try coder.uuid(&self, field) }
}
