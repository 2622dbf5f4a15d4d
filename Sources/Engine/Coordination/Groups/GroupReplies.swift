/// The answer to JoinGroup.
public struct JoinResult: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public var memberID: String
        public var instanceID: String?
        public var metadata: [UInt8]
    }

    public var error: KafkaErrorCode = .none
    public var memberID: String
    public var generation: Int32 = -1
    public var protocolType: String?
    public var protocolName: String?
    /// Empty where the answer is an error.
    public var leader = ""
    public var skipAssignment = false
    /// For the leader alone: every member with its metadata under the chosen protocol, in the order in which they joined.
    public var members: [Member] = []

    /// A refusal; the member may be told its identifier all the same.
    public static func failure(_ error: KafkaErrorCode, memberID: String) -> JoinResult {
        JoinResult(error: error, memberID: memberID)
    }
}

/// The answer to SyncGroup.
public struct SyncResult: Hashable, Sendable {
    public var error: KafkaErrorCode = .none
    public var protocolType: String?
    public var protocolName: String?
    public var assignment: [UInt8] = []

    public static func failure(_ error: KafkaErrorCode) -> SyncResult { SyncResult(error: error) }
}

/// The answer to LeaveGroup.
public struct LeaveResult: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public var identity: MemberIdentity
        public var error: KafkaErrorCode
    }

    /// Before version 3 the one member's error is the whole answer: see ``errorBeforeVersion3``.
    public var error: KafkaErrorCode = .none
    public var members: [Member] = []

    public static func failure(_ error: KafkaErrorCode) -> LeaveResult { LeaveResult(error: error) }

    public var errorBeforeVersion3: KafkaErrorCode { error != .none ? error : members.first?.error ?? .none }
}

/// What goes back to whoever asked.
public enum GroupReply: Hashable, Sendable {
    case join(JoinResult)
    case sync(SyncResult)
    case heartbeat(KafkaErrorCode)
    case leave(LeaveResult)
    case consumerHeartbeat(ConsumerHeartbeatResult)
    /// DeleteGroups: in the order of the request.
    case delete([KafkaErrorCode])
}
