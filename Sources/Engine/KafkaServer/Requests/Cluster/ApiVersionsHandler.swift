import Coordination
import KafkaWire
import NIOCore

/// ApiVersions: what is served, in the versions of the one table.
struct ApiVersionsHandler {
    let core: ServerCore

    /// Features by which Java clients choose their ways (KIP-584): transactions of version 2 (KIP-890), consumer groups of KIP-848.
    private static let features: [(name: String, lowest: Int16, highest: Int16)] = [
        ("group.version", 0, 1), ("transaction.version", 0, 2),
    ]

    func handle(_ exchange: Exchange<ApiVersionsRequest>) {
        exchange.answer { response in
            response.apiKeys = ApiTable.rows.filter { core.serves($0.key) }.map(Self.entry)
            response.supportedFeatures = Self.features.map { feature in
                ApiVersionsResponse.SupportedFeature {
                    $0.name = feature.name
                    $0.minVersion = feature.lowest
                    $0.maxVersion = feature.highest
                }
            }
            response.finalizedFeaturesEpoch = 0
            response.finalizedFeatures = Self.features.map { feature in
                ApiVersionsResponse.FinalizedFeature {
                    $0.name = feature.name
                    $0.minVersionLevel = feature.highest
                    $0.maxVersionLevel = feature.highest
                }
            }
        }
    }

    /// A version that nobody here knows is answered in the form of version 0, which every client reads (KIP-511).
    func refuseVersion(_ header: RequestHeader, _ reply: Reply) {
        let response = ApiVersionsResponse { response in
            response.errorCode = KafkaErrorCode.unsupportedVersion.rawValue
            response.apiKeys = [Self.entry(ApiTable.rows[0])]
            if let own = ApiTable.rows.first(where: { $0.key == .apiVersions }) { response.apiKeys = [Self.entry(own)] }
        }
        guard let bytes = try? WireFrame.response(response, version: 0, correlationId: header.correlationId) else { return reply.close() }
        reply.send(ByteBuffer(bytes: bytes))
    }

    private static func entry(_ row: ApiTable.Row) -> ApiVersionsResponse.ApiVersion {
        ApiVersionsResponse.ApiVersion {
            $0.apiKey = row.key.rawValue
            $0.minVersion = row.lowestAdvertised
            $0.maxVersion = row.versions.upperBound
        }
    }
}
