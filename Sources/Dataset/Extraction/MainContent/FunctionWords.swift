/// Words that carry grammar rather than topic: prose is full of them, menus are not (the signal of jusText,
/// Pomikálek 2011). Short ones of about a dozen languages; letters beyond ASCII are lower case as written here.
enum FunctionWords {
    /// Longer words are never looked up (bytes).
    static let longestBytes: Int32 = 12

    private static let words = """
        the of and to in is that it was for on are as with his they be at this have from or had by but not what all were we
        when your can there an which their if will do about how up out them then she many some so these would into has more
        her him could been than who its may i you my me he our us no just like over also because where after only even
        der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass
        sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch
        man sein wurde sei ich wir mich mir uns ihr euch wenn weil kann
        le la les des et en un une du que est pour qui dans par plus pas au sur ne se ce il sont ou avec son aux cette ont
        mais comme on nous vous je elle leur sa ses ces été être fait
        el los de y las una por con no para su al lo como más pero sus este ya entre cuando todo esta ser son dos también fue
        había era muy años hasta desde me sin sobre
        di che il non per del della sono alla nel gli anche come più ma dei delle si da al le nella ha questo questa tra lo
        o que e do da em um para com não uma os no na por mais as dos como mas ao ele das à seu sua ou quando muito nos já
        het een van dat te op zijn voor met die niet aan er om ook als maar bij dan nog naar heeft hij uit wordt
        w na z się nie do to że jest o jak po co tak za od ale przez przy tego dla oraz już czy są
        och att det som på är av för den till inte om ett han men var jag de så kan vi har från eller under
        og er til av på med som ikke har den et han fra ble
        и в не на я что он с как это по но к у из за от же так для то о мы до вы бы все если или был его её их при
        bir ve bu için ile da de çok daha olarak gibi kadar sonra en ne ama var olan
        a az és hogy nem is egy de van ez meg csak már volt mint
        že se na je v o s i a to si z do pro ale po jak který jsem by
        yang dan di untuk dengan dari ini itu dalam tidak pada akan ada juga karena oleh saya
        và của là có cho không được các một những người trong đã với để này khi
        """

    /// Open addressing over 4,096 slots.
    private static let table: [UInt32] = {
        var slots = [UInt32](repeating: 0, count: 4096)
        for word in words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            var hash: UInt32 = 2_166_136_261
            for byte in word.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
            var slot = Int(hash & 4095)
            while slots[slot] != 0, slots[slot] != hash { slot = (slot + 1) & 4095 }
            slots[slot] = hash
        }
        return slots
    }()

    /// Whether a word is in the list, by the FNV-1a hash of its bytes with ASCII in lower case.
    @inline(__always)
    static func contains(_ hash: UInt32) -> Bool {
        var slot = Int(hash & 4095)
        while true {
            let found = table[slot]
            if found == hash { return true }
            if found == 0 { return false }
            slot = (slot + 1) & 4095
        }
    }
}
