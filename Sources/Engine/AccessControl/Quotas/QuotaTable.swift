/// What AlterClientQuotas asks for one entity.
public struct QuotaAlteration: Sendable {
    /// The entity's parts as they came; a part without a name is the default.
    public var entity: [(type: String, name: String?)]
    /// Keys with their new values; `nil` removes the quota.
    public var operations: [(key: String, value: Double?)]

    public init(entity: [(type: String, name: String?)], operations: [(key: String, value: Double?)]) {
        self.entity = entity
        self.operations = operations
    }
}

/// Which quotas DescribeClientQuotas shows.
public struct QuotaFilter: Sendable {
    public enum Match: Sendable, Equatable {
        case exactly(String)
        case byDefault
        /// With a name or by default.
        case specified

        /// Of the numbers that came over the wire: 0 exact, 1 default, 2 specified.
        public init(type: Int8, text: String?) throws(AccessError) {
            switch (type, text) {
            case (0, let text?): self = .exactly(text)
            case (1, nil): self = .byDefault
            case (2, nil): self = .specified
            case (0, nil): throw AccessError(.invalidRequest, "an exact match needs a name")
            case (1, _), (2, _): throw AccessError(.invalidRequest, "match type \(type) takes no name")
            default: throw AccessError(.invalidRequest, "match type \(type) is unknown")
            }
        }
    }

    public var components: [(type: String, match: Match)]
    /// Whether entities with parts that the filter does not name are left out.
    public var isStrict: Bool

    public init(components: [(type: String, match: Match)], isStrict: Bool) {
        self.components = components
        self.isStrict = isStrict
    }
}

/// The quotas that are set: a value.
public struct QuotaTable: Sendable, Equatable {
    private(set) var values: [QuotaKey: [QuotaEntity: Double]] = [:]

    static let maximumCount = 100_000

    public init() {}

    public var isEmpty: Bool { values.isEmpty }

    /// By entity, then by key.
    public var all: [(entity: QuotaEntity, key: QuotaKey, value: Double)] {
        values.flatMap { key, entities in entities.map { ($0.key, key, $0.value) } }.sorted {
            $0.0 == $1.0 ? $0.1.rawValue < $1.1.rawValue : $0.0.precedes($1.0)
        }
    }

    mutating func set(_ key: QuotaKey, _ value: Double?, for entity: QuotaEntity) throws(AccessError) {
        guard key.isForAddresses == (entity.address != nil) else {
            throw AccessError(
                .invalidRequest, "quota \(key.rawValue) is set for \(key.isForAddresses ? "an ip" : "a user or client-id"), not for \(entity)")
        }
        guard let value else {
            values[key]?[entity] = nil
            if values[key]?.isEmpty == true { values[key] = nil }
            return
        }
        try key.check(value)
        guard values[key]?[entity] != nil || values.reduce(0, { $0 + $1.value.count }) < Self.maximumCount else {
            throw AccessError(.invalidRequest, "there are \(Self.maximumCount) quotas already; use defaults")
        }
        values[key, default: [:]][entity] = value
    }

    /// All of the alteration or nothing of it.
    mutating func alter(_ alteration: QuotaAlteration) throws(AccessError) {
        let entity = try QuotaEntity(parts: alteration.entity)
        var changed = self
        var seen: Set<QuotaKey> = []
        for operation in alteration.operations {
            guard let key = QuotaKey(rawValue: operation.key) else {
                throw AccessError(
                    .invalidRequest, "there is no quota \"\(operation.key)\": \(QuotaKey.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            guard seen.insert(key).inserted else { throw AccessError(.invalidRequest, "quota \(key.rawValue) is named twice for \(entity)") }
            try changed.set(key, operation.value, for: entity)
        }
        self = changed
    }

    /// The entities that match, each with its quotas by name.
    public func describe(_ filter: QuotaFilter) throws(AccessError) -> [(entity: QuotaEntity, values: [(key: QuotaKey, value: Double)])] {
        var seen: Set<String> = []
        for component in filter.components {
            guard [QuotaEntity.userType, QuotaEntity.clientIDType, QuotaEntity.addressType].contains(component.type) else {
                throw AccessError(.unsupportedVersion, "there are no quotas for \"\(component.type)\"")
            }
            guard seen.insert(component.type).inserted else { throw AccessError(.invalidRequest, "the filter names \(component.type) twice") }
        }
        guard !seen.contains(QuotaEntity.addressType) || seen.count == 1 else {
            throw AccessError(.invalidRequest, "a filter for ip cannot be combined with one for user or client-id")
        }
        var found: [(entity: QuotaEntity, values: [(key: QuotaKey, value: Double)])] = []
        for quota in all where filter.matches(quota.entity) {
            if let last = found.indices.last, found[last].entity == quota.entity {
                found[last].values.append((quota.key, quota.value))
            } else {
                found.append((quota.entity, [(quota.key, quota.value)]))
            }
        }
        return found
    }
}

extension QuotaFilter {
    func matches(_ entity: QuotaEntity) -> Bool {
        let parts = entity.parts
        if isStrict, parts.count != components.count { return false }
        return components.allSatisfy { component in
            guard let part = parts.first(where: { $0.type == component.type }) else { return false }
            switch component.match {
            case .exactly(let name): return part.name.map { $0.hasSameBytes(as: name) } ?? false
            case .byDefault: return part.name == nil
            case .specified: return true
            }
        }
    }
}
