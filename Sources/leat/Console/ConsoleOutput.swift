import Foundation

/// Standard output, in pieces of 64 KiB, and standard error. One thread.
///
/// A reader that went away (`leat tail … | head`) ends the process by SIGPIPE, as is usual.
final class ConsoleOutput {
    private var buffer: [UInt8] = []
    let style = ConsoleStyle.standardOutput

    deinit { flush() }

    func line(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        buffer.append(0x0A)
        if buffer.count >= 64 << 10 { flush() }
    }

    func line(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        buffer.append(0x0A)
        if buffer.count >= 64 << 10 { flush() }
    }

    func line(_ json: JSONText) { line(json.text) }

    func flush() {
        guard !buffer.isEmpty else { return }
        FileHandle.standardOutput.write(Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }

    /// Something that the user should know and that stops nothing.
    func warn(_ text: String) {
        flush()
        FileHandle.standardError.write(Data("leat: \(text)\n".utf8))
    }
}

/// Colours, where a person looks at a terminal; never where `NO_COLOR` is set (no-color.org).
struct ConsoleStyle {
    var isColoured: Bool

    static var standardOutput: ConsoleStyle {
        let noColour = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
        return ConsoleStyle(isColoured: noColour.isEmpty && isatty(1) == 1)
    }

    func bold(_ text: String) -> String { wrapped(text, "1") }
    func dim(_ text: String) -> String { wrapped(text, "2") }
    func red(_ text: String) -> String { wrapped(text, "31") }
    func green(_ text: String) -> String { wrapped(text, "32") }
    func yellow(_ text: String) -> String { wrapped(text, "33") }
    func cyan(_ text: String) -> String { wrapped(text, "36") }

    private func wrapped(_ text: String, _ code: String) -> String { isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
