import Documents
import SwiftProtobuf
import Testing

@Suite struct DocumentTests {
    private var document: Document {
        var document = Document()
        document.id = "00112233445566778899aabbccddeeff"
        document.url = "https://a.example/ä"
        document.text = "Erste Zeile\nzweite 😀"
        document.language.code = "de"
        document.language.score = 0.98
        document.lineage.ordinal = 7
        for (name, value) in [("b", 2.5), ("a", -1)] as [(String, Double)] {
            var signal = Signal()
            signal.name = name
            signal.value = value
            document.signals.append(signal)
        }
        return document
    }

    @Test func equalDocumentsAreEqualBytesAndReadBackAsTheyWere() throws {
        let bytes: [UInt8] = try document.serializedBytes()
        #expect(try bytes == document.serializedBytes())
        #expect(try Document(serializedBytes: bytes) == document)
    }

    /// A field of a later version: number 200, a text. A stage that does not know it must not lose it.
    @Test func fieldsThatAStageDoesNotKnowSurviveIt() throws {
        let unknown: [UInt8] = [0xC2, 0x0C, 0x03, 0x6E, 0x65, 0x77]
        let bytes: [UInt8] = try document.serializedBytes()
        var read = try Document(serializedBytes: bytes + unknown)
        read.title = "changed on the way"
        let written: [UInt8] = try read.serializedBytes()
        #expect(written.suffix(unknown.count).elementsEqual(unknown))
    }

    @Test func everyCutIsAnErrorOrADocumentAndNeverATrap() throws {
        let bytes: [UInt8] = try document.serializedBytes()
        for count in 0..<bytes.count { _ = try? Document(serializedBytes: Array(bytes.prefix(count))) }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x55
            _ = try? Document(serializedBytes: damaged)
        }
    }
}
