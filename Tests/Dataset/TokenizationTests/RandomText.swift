/// Random texts that meet the patterns' corners more often than chance would.
struct RandomText {
    private static let corners: [Unicode.Scalar] = Array(
        "abzABZ'''’ſsStTmMdDlLrReEvV019٣½Ⅷ     \t\n\r\n\r\u{0B}\u{85}\u{A0}\u{3000}\u{2028}\u{200B}\u{FEFF}.,!-_/\\<|>{}()«»€+=^`~éßÄǅʰªא的中龥龦ぁゟ゠ーヿ々ｶ한\u{301}\u{20DD}\u{93E}\u{FE0F}\u{200D}👩🏽🇩\u{0}\u{7F}\u{AD}\u{E000}\u{10FFFF}"
            .unicodeScalars)

    static func scalars(_ generator: inout SeededGenerator, upTo limit: Int = 24) -> [Unicode.Scalar] {
        let kind = Int.random(in: 0..<4, using: &generator)
        let palette: [Unicode.Scalar] = (0..<4).map { _ in corners.randomElement(using: &generator) ?? " " }
        return (0..<Int.random(in: 0...limit, using: &generator)).map { _ in
            switch kind {
            case 0: palette.randomElement(using: &generator) ?? " "
            case 1, 2: corners.randomElement(using: &generator) ?? " "
            default: assigned(&generator)
            }
        }
    }

    /// A code point that the standard library's Unicode knows: ours may be newer.
    private static func assigned(_ generator: inout SeededGenerator) -> Unicode.Scalar {
        while true {
            let limit: UInt32 = Bool.random(using: &generator) ? 0x3000 : 0x110000
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)),
                scalar.properties.generalCategory != .unassigned
            {
                return scalar
            }
        }
    }

    static func string(_ generator: inout SeededGenerator, upTo limit: Int = 24) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars(&generator, upTo: limit))
        return String(text)
    }
}
