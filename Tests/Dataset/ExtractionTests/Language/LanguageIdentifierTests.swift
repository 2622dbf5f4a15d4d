@testable import Extraction
import Foundation
import Testing

@Suite("Language identification")
struct LanguageIdentifierTests {
    @Test func codesScriptsAndScores() throws {
        guard let identifier = try LanguageModelForTests.identifier("codes and scripts") else { return }
        let cases: [(String, String, String)] = [
            ("The library opens on Sunday and closes on Monday evening.", "en", "Latn"),
            ("Библиотека откроется в воскресенье и закроется вечером.", "ru", "Cyrl"),
            ("図書館は日曜日に開いて、月曜日の夜に閉まります。", "ja", "Jpan"),
            ("图书馆星期天开放，星期一晚上关闭。", "zh", "Hani"),
            ("도서관은 일요일에 열고 월요일 저녁에 닫습니다.", "ko", "Kore"),
            ("تفتح المكتبة يوم الأحد وتغلق مساء الاثنين.", "ar", "Arab"),
            ("Η βιβλιοθήκη ανοίγει την Κυριακή και κλείνει τη Δευτέρα.", "el", "Grek"),
            ("ห้องสมุดเปิดวันอาทิตย์และปิดในเย็นวันจันทร์", "th", "Thai"),
            ("पुस्तकालय रविवार को खुलता है और सोमवार शाम को बंद होता है।", "hi", "Deva"),
            ("הספרייה נפתחת ביום ראשון ונסגרת ביום שני בערב.", "he", "Hebr"),
        ]
        for (text, code, script) in cases {
            let found = try identifier.identify(Array(text.utf8))
            #expect(found.code == code)
            #expect(found.script == script)
            #expect(found.score > 0.5 && found.score <= 1)
            let second = try #require(found.second)
            #expect(second.score <= found.score && second.code != found.code)
        }
        #expect(identifier.codes.count == 176)
        #expect(Set(identifier.codes).isSuperset(of: ["en", "de", "zh", "ja"]))
    }

    @Test(arguments: ["", " \n\t\0 ", "12345 67.8", "!!! ??? …", "😀😀"])
    func textWithoutLettersIsUndetermined(text: String) throws {
        guard let identifier = try LanguageModelForTests.identifier("no letters") else { return }
        let found = try identifier.identify(Array(text.utf8))
        #expect(found.code == "und" && found.score == 0 && found.script == "Zyyy" && found.second == nil)
    }

    /// fastText reads one line: without the preparation, only the first would count.
    @Test func allLinesCount() throws {
        guard let identifier = try LanguageModelForTests.identifier("all lines") else { return }
        let german = "Die Bibliothek öffnet am Sonntag und schließt am Montagabend.\n"
        let text = "ok\n\0\r\n" + String(repeating: german, count: 5)
        #expect(try identifier.identify(Array(text.utf8)).code == "de")
    }

    @Test func onlyTheFirstBytesAreRead() throws {
        guard let identifier = try LanguageModelForTests.identifier("first bytes", limitBytes: 120) else { return }
        let russian = "Библиотека откроется в воскресенье и закроется вечером. "
        let english = String(repeating: "The library opens on Sunday. ", count: 200)
        #expect(try identifier.identify(Array((russian + english).utf8)).code == "ru")
    }

    @Test func textIsCutBetweenScalars() {
        let text = Array("aé水😀".utf8)
        for limit in 0...text.count {
            let line = text.withUnsafeBufferPointer { LanguageIdentifier.prepare($0, limitBytes: limit) }
            #expect(line.last == 0x0A)
            #expect(line.count <= limit + 1)
            #expect(String(validating: line, as: UTF8.self) != nil)
        }
    }

    @Test func paragraphsHaveLanguagesOfTheirOwn() throws {
        guard let identifier = try LanguageModelForTests.identifier("paragraphs") else { return }
        let english = "The library opens on Sunday and closes on Monday evening."
        let french = "La bibliothèque ouvre le dimanche et ferme le lundi soir."
        let text = Array("\(english)\n\nshort\n\(french)".utf8)
        let found = try identifier.identifyParagraphs(text.span)
        #expect(found.map(\.language.code) == ["en", "fr"])
        #expect(found.map { String(decoding: text[$0.bytes], as: UTF8.self) } == [english, french])
        #expect(try identifier.identifyParagraphs([UInt8]().span).isEmpty)
    }

    @Test func threadsShareOneModel() async throws {
        guard let identifier = try LanguageModelForTests.identifier("threads") else { return }
        let texts = ["The library opens on Sunday.", "Die Bibliothek öffnet am Sonntag.", "Библиотека откроется завтра утром."]
        let alone = try texts.map { try identifier.identify(Array($0.utf8)) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try (0..<100).allSatisfy { try identifier.identify(Array(texts[$0 % 3].utf8)) == alone[$0 % 3] }
                }
            }
            for try await same in group { #expect(same) }
        }
    }

    @Test func missingModelNamesPathAndRemedy() {
        let error = #expect(throws: LanguageError.self) { try LanguageIdentifier(modelPath: "/nowhere/lid.ftz") }
        #expect(error == .modelMissing(path: "/nowhere/lid.ftz"))
        #expect(error?.description.contains("/nowhere/lid.ftz") == true)
        #expect(error?.description.contains("ops/setup") == true)
    }

    @Test func damagedModelsAreRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("language-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var candidates = [folder.path]
        func write(_ name: String, _ data: Data) throws {
            try data.write(to: folder.appendingPathComponent(name))
            candidates.append(folder.appendingPathComponent(name).path)
        }
        try write("empty", Data())
        try write("text", Data("not a model, but long enough to hold a header".utf8))
        let model = LabelledData.packageFolder + "/" + LanguageIdentifier.setupModelPath
        if let whole = FileManager.default.contents(atPath: model) {
            for length in [8, 60, 100, 5_000, 400_000, whole.count - 1] { try write("cut\(length)", whole.prefix(length)) }
        }
        for path in candidates {
            let error = #expect(throws: LanguageError.self) { try LanguageIdentifier(modelPath: path) }
            guard case .modelUnreadable(path, _)? = error else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
        }
    }
}
