import Testing

@testable import Broker

@Suite struct TopicCatalogueTests {
    @Test func aCatalogueReadsBackAsItWasWritten() throws {
        var catalogue = TopicCatalogue()
        catalogue.insert(
            .init(
                identifier: String(repeating: "a1", count: 16),
                declaration: .init(name: "web.pages", partitions: 4, settings: ["retention.bytes": "100", "flush.policy": "interval:100ms"]),
                createdMilliseconds: 5))
        catalogue.insert(
            .init(identifier: String(repeating: "0f", count: 16), declaration: .init(name: "_x-1", partitions: 1), createdMilliseconds: 6))
        #expect(try TopicCatalogue(text: catalogue.text, path: "p") == catalogue)
        #expect(try TopicCatalogue(text: TopicCatalogue().text, path: "p") == TopicCatalogue())
    }

    @Test func everyCutIsAnErrorOrAWholeNumberOfTopics() throws {
        var catalogue = TopicCatalogue()
        for name in ["a", "b"] {
            catalogue.insert(
                .init(identifier: String(repeating: "00", count: 16), declaration: .init(name: name, partitions: 1, settings: ["k": "v"]), createdMilliseconds: 1))
        }
        let text = catalogue.text
        for length in 0..<text.count {
            let cut = String(text.prefix(length))
            if cut.hasSuffix("\n") { continue }
            #expect(throws: BrokerError.self) { try TopicCatalogue(text: cut, path: "p") }
        }
    }

    @Test(arguments: ["", ".", "..", "a/b", "a b", "ä", String(repeating: "x", count: 250)])
    func namesThatKafkaRefusesAreRefused(name: String) {
        #expect(throws: BrokerError.self) { try TopicDeclaration(name: name, partitions: 1).validate() }
    }
}
