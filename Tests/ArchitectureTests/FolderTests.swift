import Testing

/// The tree has one shape: tests mirror sources, links lead somewhere, and nothing depends on one machine.
@Suite("Folders")
struct FolderTests {
    let checkout = Checkout.here

    @Test("Tests mirror sources")
    func mirror() throws {
        // What only scripts wrote is tested by those who use it.
        let written = LayerTests.targetFolders(checkout).filter { folder in
            SourceFile.swift(under: "Sources/" + folder.path).contains { !$0.isGenerated }
        }
        for folder in written {
            let tests = "Tests/\(folder.path)Tests"
            let texts = try checkout.files(under: tests, endings: [".swift"]).map(checkout.text)
            #expect(texts.contains { $0.contains("@Test") }, "Sources/\(folder.path) has no tests; write some in \(tests)")
        }
        let targets = Set(LayerTests.targetFolders(checkout).map(\.path)).union(["Architecture"])
        for group in checkout.folders(in: "Tests") {
            let folders = group == "Engine" || group == "Dataset" ? checkout.folders(in: "Tests/" + group).map { "\(group)/\($0)" } : [group]
            for folder in folders {
                #expect(
                    folder.hasSuffix("Tests") && targets.contains(String(folder.dropLast("Tests".count))),
                    "Tests/\(folder) mirrors no target of Sources; name it after the target that it tests, with Tests behind")
            }
        }
    }

    @Test("No path of one machine in any file")
    func machinePaths() throws {
        // In pieces, so that this file does not hold them.
        let places = ["work", "root"].map { Array("/\($0)/".utf8) }
        for path in checkout.files where !path.hasSuffix(".bin") {
            let text = try checkout.text(path)
            for (number, line) in text.numberedLines {
                let bytes = Array(line.utf8)
                for place in places where Self.hasPath(bytes, place) {
                    Issue.record("\(path):\(number): a path below \(String(decoding: place, as: UTF8.self)) exists on one machine alone; make it relative to the checkout")
                }
            }
        }
    }

    /// Whether a path that begins so stands in the line; the same letters inside an address or behind another folder are none.
    private static func hasPath(_ line: [UInt8], _ place: [UInt8]) -> Bool {
        guard line.count >= place.count else { return false }
        return (0...line.count - place.count).contains { start in
            guard line[start] == place[0], line[start..<start + place.count].elementsEqual(place) else { return false }
            guard start > 0 else { return true }
            let before = line[start - 1]
            let isWord = (48...57).contains(before) || (65...90).contains(before) || (97...122).contains(before)
            return !isWord && ![UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "}"), UInt8(ascii: ")")].contains(before)
        }
    }

    @Test("Links of the documentation lead to files that are there")
    func links() throws {
        for path in checkout.files where path.hasSuffix(".md") {
            let folder = path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
            for (number, line) in try checkout.text(path).numberedLines {
                for piece in line.split(separator: "](", maxSplits: .max, omittingEmptySubsequences: false).dropFirst() {
                    let target = piece.prefix { $0 != ")" && $0 != "#" && $0 != " " }
                    if target.isEmpty || target.contains("://") || target.hasPrefix("mailto:") { continue }
                    #expect(checkout.exists(folder + target), "\(path):\(number): the link to \(target) leads nowhere; correct it")
                }
            }
        }
    }

    @Test("Scripts say what they are, and stop at the first error")
    func scripts() throws {
        for path in checkout.files where path.hasPrefix("ops/") || path.hasPrefix(".ci/") || path.hasPrefix("benchmarks/") {
            let text = try checkout.text(path)
            guard text.hasPrefix("#!") else { continue }
            let lines = text.numberedLines.map(\.text)
            if lines[0].hasSuffix("bash") {
                #expect(text.contains("set -euo pipefail") || text.contains("set -uo pipefail"), "\(path): `set -euo pipefail` is missing")
                #expect(lines.count > 1 && lines[1].hasPrefix("# "), "\(path):2: say in a comment what the script does")
            } else {
                #expect(lines.count > 1 && (lines[1].hasPrefix("\"\"\"") || lines[1].hasPrefix("# ")), "\(path):2: say what the script does, and how it is called")
            }
        }
    }
}
