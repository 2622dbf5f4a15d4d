@testable import Coordination
import Testing

@Suite struct TopicPatternTests {
    @Test(arguments: [
        ("t", ["t"], ["tt", "", "s"]),
        ("", [""], ["a"]),
        (".*", ["", "anything.at-all_1"], []),
        ("topic-.*", ["topic-", "topic-x"], ["topic", "a-topic-x"]),
        ("^topic$", ["topic"], ["topics"]),
        ("a|b.|cd*", ["a", "bx", "c", "cddd"], ["b", "d", "ab"]),
        ("(ab)+", ["ab", "abab"], ["", "aba"]),
        ("(?:x|y)?z", ["z", "xz", "yz"], ["xyz"]),
        ("[a-c]{2,3}", ["ab", "ccc"], ["a", "abca", "ad"]),
        ("a{2}", ["aa"], ["a", "aaa"]),
        ("a{2,}", ["aa", "aaaa"], ["a"]),
        ("[^0-9.]+", ["abc"], ["a1", "a."]),
        ("[]a]+", ["]a"], ["b"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("\\d+\\.\\w+", ["12.ab_3"], ["a.b", "1-b"]),
        ("[\\d.]+", ["1.2"], ["a"]),
        ("[[:alpha:]]+", ["abC"], ["a1"]),
        ("(?i)topic", ["TOPIC", "topic"], ["topi"]),
        ("(?i:t)opic", ["Topic", "topic"], ["tOPIC"]),
        ("\\Qa.b*\\E", ["a.b*"], ["axb"]),
        ("(?P<name>a)b", ["ab"], ["b"]),
        ("a{,2}", ["a{,2}"], ["aa"]),
        ("a.*?b", ["ab", "axxb"], ["a"]),
        ("(a*)*", ["", "aaa"], ["b"]),
        ("(|a)+", ["", "aa"], ["b"]),
    ] as [(String, [String], [String])])
    func matching(_ text: String, _ yes: [String], _ no: [String]) throws {
        let pattern = try TopicPattern(text)
        for name in yes { #expect(pattern.matches(name), "\(text) against \(name)") }
        for name in no { #expect(!pattern.matches(name), "\(text) against \(name)") }
    }

    @Test(arguments: ["(", ")", "a)", "[", "[a", "*", "a**", "a|*", "\\", "[z-a]", "(?=a)", "\\p", "a{2,1}", "[[:no:]]", "(?P<a"])
    func malformed(_ text: String) {
        #expect(throws: TopicPattern.Malformed.self) { try TopicPattern(text) }
    }

    @Test func patternsAreBounded() throws {
        #expect(throws: TopicPattern.Malformed.self) { try TopicPattern(String(repeating: "a", count: 1_001)) }
        #expect(throws: TopicPattern.Malformed.self) { try TopicPattern(String(repeating: "(", count: 1_000)) }
        #expect(throws: TopicPattern.Malformed.self) { try TopicPattern("((a{100}){100}){100}") }
        // Backtracking would take 2^40 steps.
        let hostile = try TopicPattern("(a+)+(a|aa)+x")
        #expect(!hostile.matches(String(repeating: "a", count: 249)))
    }

    @Test func anyBytesAreReadWithoutHarm() {
        var random = SplitMix(seed: 3)
        let pieces = Array("ab.*+?()[]{}|^$\\-dwQE:,01iP<>=".utf8)
        for _ in 0..<20_000 {
            let text = (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }
            if let pattern = try? TopicPattern(String(decoding: text, as: UTF8.self)) { _ = pattern.matches("ab01") }
        }
    }
}
