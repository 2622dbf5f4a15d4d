import Streams
import Testing

@Suite struct LedgerTests {
    @Test func aLedgerReadsBackAsItWasWritten() {
        var ledger = Ledger()
        ledger.in = 12
        ledger.out = 9
        ledger.rejected = 3
        ledger.rules = ["gopher_short_doc": 2, "c4.lorem_ipsum": 1]
        ledger.counts = ["tokens": 900]
        #expect(ledger.text == "in=12;out=9;rejected=3;dead=0;count:tokens=900;rule:c4.lorem_ipsum=1;rule:gopher_short_doc=2")
        #expect(Ledger(text: ledger.text) == ledger)
        #expect(Ledger(text: "") == Ledger())
        #expect(Ledger(text: "in=x;=;;out").in == 0)
    }

    @Test func whatDoesNotFitKafkasMetadataIsCountedAndTheSumsStand() {
        var ledger = Ledger()
        ledger.in = 1
        for index in 0..<1000 { ledger.rules["a_rule_with_a_long_name_\(index)"] = index }
        #expect(ledger.text.utf8.count <= 4_096)
        #expect(ledger.text.contains(";more="))
        #expect(Ledger(text: ledger.text).in == 1)
    }

    @Test func orderKeysCompareAsTheirBytesDo() {
        let keys = [OrderKey(0), OrderKey(0, partition: 1), OrderKey(0, partition: 1, offset: 9), OrderKey(1), OrderKey(256), OrderKey(.max)]
        #expect(keys.sorted() == keys)
        for (left, right) in zip(keys, keys.dropFirst()) { #expect(left.bytes.lexicographicallyPrecedes(right.bytes)) }
        for key in keys { #expect(key.bytes.withUnsafeBytes { OrderKey($0) } == key) }
    }
}
