/// What a quota bounds, by its name in the Kafka protocol.
public enum QuotaKey: String, Sendable, Hashable, CaseIterable {
    /// Bytes a second that are produced.
    case producerByteRate = "producer_byte_rate"
    /// Bytes a second that are fetched.
    case consumerByteRate = "consumer_byte_rate"
    /// Time spent on requests, in percent of one thread's.
    case requestPercentage = "request_percentage"
    /// Partitions a second that are created or deleted.
    case controllerMutationRate = "controller_mutation_rate"
    /// Connections a second from one address.
    case connectionCreationRate = "connection_creation_rate"

    /// Whether it is for an address (and not for users and client ids).
    var isForAddresses: Bool { self == .connectionCreationRate }

    /// Refuses a value that cannot be.
    func check(_ value: Double) throws(AccessError) {
        guard value > 0, value.isFinite else { throw AccessError(.invalidRequest, "quota \(rawValue) must be greater than 0, not \(value)") }
        let largest: Double
        switch self {
        case .requestPercentage, .controllerMutationRate: return
        case .producerByteRate, .consumerByteRate: largest = 0x1p63
        case .connectionCreationRate: largest = 2_147_483_647
        }
        guard value <= largest else { throw AccessError(.invalidRequest, "quota \(rawValue) is at most \(largest)") }
        guard value == value.rounded() else { throw AccessError(.invalidRequest, "quota \(rawValue) is a whole number, not \(value)") }
    }
}
