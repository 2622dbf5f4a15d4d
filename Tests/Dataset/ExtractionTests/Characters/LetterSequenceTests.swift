@testable import Extraction
import Testing

@Suite("Letters that follow each other like words")
struct LetterSequenceTests {
    @Test(arguments: [
        "Привет, мир! Это обычный текст на русском языке.", "Größe, Übung, Öl und Straßenbahn; naïve façade über Äcker",
        "Η βιβλιοθήκη της πόλης θα ανοίξει", "الكتاب على الطاولة في الغرفة", "Příliš žluťoučký kůň úpěl ďábelské ódy",
        "„Zitat“ – ein Gedankenstrich … und noch einer — so", "iPhone und YouTube", "", "é",
    ])
    func wordsAreNotOdd(text: String) {
        #expect(!LetterSequence(Array(text.utf8)).isOdd)
    }

    @Test(arguments: [
        "grцЯe жber straЯe schцn mцchte fьr kцnnen wдre",  // German read as windows-1251
        "оПХБЕР лХП щРН рЕЙЯР мЮ пСЯЯЙНЛ",  // KOI8-R read as windows-1251
        "ПРИВЕТ МИР ЭТО ОБЫЧНЫЙ ТЕКСТ",  // all capitals: worth a second look
    ])
    func wrongReadingsAreOdd(text: String) {
        #expect(LetterSequence(Array(text.utf8)).isOdd)
    }
}
