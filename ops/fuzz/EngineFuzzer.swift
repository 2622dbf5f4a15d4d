import Glibc

/// Coverage-guided fuzzing (libFuzzer) of what the engine reads from outside: ops/lib/fuzz-test builds and runs it; no product has it.
///
/// `LEAT_FUZZ_PARSER` names the parser, one of ``Parsers/all``; `LEAT_FUZZ_SEEDS=folder` writes what it begins with there and ends. The
/// arguments are libFuzzer's. A crash, a read outside of memory, a broken promise of a parser or an endless loop ends it with the input in a file.
enum EngineFuzzer {
    /// The parser under test; ends the program where none is named, or where its seeds were asked for.
    static let parser: Parser = {
        guard let name = environment("LEAT_FUZZ_PARSER"), let parser = Parsers.all[name] else {
            print("LEAT_FUZZ_PARSER is one of \(Parsers.all.keys.sorted().joined(separator: " "))")
            _exit(2)
        }
        if let folder = environment("LEAT_FUZZ_SEEDS") {
            for (index, seed) in parser.seeds().enumerated() { write(seed, to: "\(folder)/\(name)-\(index)") }
            // Without libFuzzer's handler, which takes any other end for a crash.
            _exit(0)
        }
        return parser
    }()

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else {
            print("\(path) cannot be written")
            _exit(2)
        }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}

/// What libFuzzer, which has the program's `main`, calls for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    EngineFuzzer.parser.run(UnsafeRawBufferPointer(start: data, count: size))
    return 0
}

/// One parser, and what fuzzing begins with.
struct Parser: Sendable {
    var seeds: @Sendable () -> [[UInt8]]
    var run: @Sendable (UnsafeRawBufferPointer) -> Void
}

/// Ends the program where a parser breaks a promise that no sanitizer sees.
func promise(_ holds: Bool, _ text: @autoclosure () -> String) {
    if !holds { fatalError(text()) }
}
