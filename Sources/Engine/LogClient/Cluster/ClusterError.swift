internal import CRdkafka

/// Why a cluster did not do as it was asked: a sentence that names the brokers, what it was about, and the fix.
public struct ClusterError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// A setting is unknown or wrong, or two exclude each other.
        case configuration
        /// No broker could be reached, or none answered in time.
        case unreachable
        /// The brokers do not know us, or do not let us.
        case refused
        case notFound
        case alreadyExists
        case invalidRequest
        /// A record, or a batch, is larger than the topic takes.
        case tooLarge
        /// Anything else, with the cluster's own words.
        case other
    }

    public let kind: Kind
    public let description: String
    /// librdkafka's number, which for brokers' errors is Kafka's; 0 where there is none.
    public let code: Int32

    public init(_ kind: Kind, _ description: String, code: Int32 = 0) {
        self.kind = kind
        self.description = description
        self.code = code
    }

    /// `action`: what was being done, such as "create topic pages"; `detail`: the cluster's own words, where it has any.
    init(_ code: rd_kafka_resp_err_t, _ action: String, on brokers: String, detail: String? = nil) {
        let name = String(cString: rd_kafka_err2name(code))
        let words = detail.flatMap { $0.isEmpty ? nil : $0 } ?? String(cString: rd_kafka_err2str(code))
        let (kind, fix) = Self.judge(code)
        self.init(kind, "cannot \(action) on \(brokers): \(words) (\(name))\(fix.map { "; " + $0 } ?? "")", code: code.rawValue)
    }

    private static func judge(_ code: rd_kafka_resp_err_t) -> (Kind, fix: String?) {
        switch code {
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
            (.unreachable, "is a broker listening there, and does it speak what security.protocol says (plaintext unless -X security.protocol=… is given)?")
        case RD_KAFKA_RESP_ERR__RESOLVE: (.unreachable, "the host's name is not known; check --brokers")
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT: (.unreachable, "raise -X message.timeout.ms=… where the cluster is slow")
        case RD_KAFKA_RESP_ERR__SSL: (.refused, "check -X ssl.ca.location=FILE, and that the listener speaks TLS")
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
            (.refused, "check -X sasl.mechanism=…, -X sasl.username=… and the password, best in a file given with -F")
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM: (.refused, "choose another -X sasl.mechanism=…")
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            (.refused, "an access rule is missing; see `leat acls list` as somebody who may")
        case RD_KAFKA_RESP_ERR_SECURITY_DISABLED: (.refused, "the brokers keep no access rules: no authorizer is configured")
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            (.notFound, "see `leat topics list`")
        case RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND: (.notFound, "see `leat groups list`")
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: (.alreadyExists, nil)
        case RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
            (.invalidRequest, "the group has members; stop them first (`leat groups describe` names them)")
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: (.tooLarge, "raise the topic's max.message.bytes and -X message.max.bytes=…, or split the record")
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: (.invalidRequest, "a topic's name has letters, digits, dots, underscores and hyphens, at most 249")
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE: (.other, "the brokers or the client library are too old for it")
        case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, RD_KAFKA_RESP_ERR_INVALID_CONFIG,
            RD_KAFKA_RESP_ERR_INVALID_REQUEST, RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR__INVALID_ARG:
            (.invalidRequest, nil)
        default: (.other, nil)
        }
    }
}
