import Glibc

/// Coverage-guided fuzzing (libFuzzer) of what the engine reads from outside: ops/lib/fuzz-test builds and runs it; no product has it.
///
/// `LEAT_FUZZ_PARSER` names the parser, one of ``Parsers/all``; `LEAT_FUZZ_SEEDS=folder` writes what it begins with there and ends. The
/// arguments are libFuzzer's. A crash, a read outside of memory, a broken promise of a parser or an endless loop ends it with the input in a file.
@main
struct EngineFuzzer {
    static func main() {
        guard let name = environment("LEAT_FUZZ_PARSER"), let parser = Parsers.all[name] else {
            print("LEAT_FUZZ_PARSER is one of \(Parsers.all.keys.sorted().joined(separator: " "))")
            exit(2)
        }
        if let folder = environment("LEAT_FUZZ_SEEDS") {
            for (index, seed) in parser.seeds().enumerated() { write(seed, to: "\(folder)/\(name)-\(index)") }
            exit(0)
        }
        current = parser.run
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            runDriver(&count, &arguments) { data, size in
                current?(UnsafeRawBufferPointer(start: data, count: size))
                return 0
            })
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else {
            print("\(path) cannot be written")
            exit(2)
        }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}

/// The parser under test: set once, before the one thread of the fuzzer begins.
nonisolated(unsafe) private var current: ((UnsafeRawBufferPointer) -> Void)?

/// libFuzzer's entry for programs that have a main of their own.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// One parser, and what fuzzing begins with.
struct Parser {
    var seeds: () -> [[UInt8]] = { [[]] }
    var run: (UnsafeRawBufferPointer) -> Void
}

/// Ends the program where a parser breaks a promise that no sanitizer sees.
func promise(_ holds: Bool, _ text: @autoclosure () -> String) {
    if !holds { fatalError(text()) }
}
