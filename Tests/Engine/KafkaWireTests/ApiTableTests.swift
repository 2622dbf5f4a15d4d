import KafkaWire
import Testing

@Suite("The table of APIs")
struct ApiTableTests {
    @Test("Every API has one row, in ascending order")
    func rows() {
        #expect(ApiTable.rows.map(\.key) == ApiKey.allCases)
        for key in ApiKey.allCases { #expect(ApiTable.rows.contains { $0.key == key && $0.versions == key.versions }) }
    }

    @Test("Produce is advertised from 0 and served from 3")
    func produce() {
        #expect(ApiKey.produce.lowestAdvertisedVersion == 0)
        #expect(ApiKey.produce.versions == 3...13)
    }

    @Test("Headers follow the flexible versions, ApiVersions' response header never does")
    func headers() {
        #expect(ApiKey.apiVersions.requestHeaderVersion(2) == 1)
        #expect(ApiKey.apiVersions.requestHeaderVersion(3) == 2)
        #expect(ApiKey.apiVersions.responseHeaderVersion(4) == 0)
        #expect(ApiKey.fetch.responseHeaderVersion(11) == 0)
        #expect(ApiKey.fetch.responseHeaderVersion(12) == 1)
        #expect(ApiKey.saslHandshake.requestHeaderVersion(1) == 1)
        #expect(ApiKey.addPartitionsToTxn.name == "AddPartitionsToTxn")
    }
}
