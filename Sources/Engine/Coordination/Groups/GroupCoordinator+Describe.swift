/// A group in the answer to ListGroups.
public struct ListedGroup: Hashable, Sendable {
    public var group: String
    public var protocolType: String
    /// "Empty", "PreparingRebalance", "CompletingRebalance", "Stable"; of consumer groups "Empty", "Assigning", "Reconciling", "Stable".
    public var state: String
    /// "classic" or "consumer".
    public var type: String
}

/// A group in the answer to DescribeGroups.
public struct DescribedGroup: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public var memberID: String
        public var instanceID: String?
        public var clientID: String
        public var clientHost: String
        /// Empty unless the group is stable.
        public var metadata: [UInt8]
        /// Empty unless the group is stable.
        public var assignment: [UInt8]
    }

    public var error: KafkaErrorCode = .none
    public var errorMessage: String?
    public var group: String
    /// "Dead" for a group that is not known.
    public var state: String
    public var protocolType = ""
    public var protocolData = ""
    public var members: [Member] = []
}

extension GroupCoordinator {
    /// ListGroups: both filters disregard case, and are none where empty.
    public func list(states: Set<String> = [], types: Set<String> = []) -> [ListedGroup] {
        func plain(_ texts: Set<String>) -> Set<String> {
            Set(texts.map { text in String(text.lowercased().drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) })
        }
        let states = plain(states)
        let types = plain(types)
        return groups.values.compactMap { $0.group?.listed }
            .filter { states.isEmpty || states.contains($0.state.lowercased()) }
            .filter { types.isEmpty || types.contains($0.type) }
            .sorted { $0.group < $1.group }
    }

    /// DescribeGroups, of classic groups. Up to version 5 a group that is not known is "Dead" without an error.
    public func describe(_ id: String, version: Int16) -> DescribedGroup {
        guard !id.isEmpty || groups[id] != nil else {
            return DescribedGroup(error: .invalidGroupID, group: id, state: "Dead")
        }
        guard case .classic(let group) = groups[id]?.group else {
            guard version >= 6 else { return DescribedGroup(group: id, state: "Dead") }
            return DescribedGroup(
                error: .groupIDNotFound, errorMessage: "Group \(id) is not a classic group of this broker.", group: id,
                state: "Dead")
        }
        var described = DescribedGroup(group: id, state: group.state.rawValue)
        described.protocolType = group.protocolType ?? ""
        let isStable = group.state == .stable
        if isStable { described.protocolData = group.protocolName ?? "" }
        described.members = group.membersInOrder.map { member in
            DescribedGroup.Member(
                memberID: member.id, instanceID: member.instanceID, clientID: member.clientID, clientHost: member.clientHost,
                metadata: isStable ? member.metadata(under: group.protocolName) : [],
                assignment: isStable ? member.assignment : [])
        }
        return described
    }
}

extension GroupCoordinator.Group {
    var listed: ListedGroup {
        switch self {
        case .classic(let group):
            ListedGroup(
                group: group.id, protocolType: group.protocolType ?? "", state: group.state.rawValue, type: "classic")
        case .consumer(let group):
            ListedGroup(group: group.id, protocolType: ConsumerProtocol.type, state: group.stateName, type: "consumer")
        }
    }
}
