// Times encoding for benchmarks/tokens/compare.py.
//
//   tokens-bench speed FOLDER FILE NAME ROUNDS    FILE: texts with a NUL between two
//   tokens-bench load FOLDER                      milliseconds to load each installed tokenizer
//
// CPU seconds of this thread, so that a busy machine does not count; one JSON object a line.
import Glibc
import Tokenization

func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func readFile(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    rewind(file)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = fread(buffer.baseAddress, 1, size, file)
    }
}

func measure(_ tokenizer: Tokenizer, _ bytes: [UInt8], rounds: Int) throws -> (seconds: Double, tokens: Int) {
    let texts = bytes.split(separator: 0).map { Array($0) }
    var best = Double.infinity
    var tokens = 0
    for _ in 0..<rounds {
        let scratch = TokenizerScratch()
        var identifiers: [UInt32] = []
        tokens = 0
        let start = threadSeconds()
        for text in texts {
            identifiers.removeAll(keepingCapacity: true)
            try tokenizer.encode(utf8: text.span, into: &identifiers, scratch: scratch)
            tokens += identifiers.count
        }
        best = min(best, threadSeconds() - start)
    }
    return (best, tokens)
}

let arguments = CommandLine.arguments
do {
    if arguments.count == 6, arguments[1] == "speed", let rounds = Int(arguments[5]), rounds > 0,
        let bytes = readFile(arguments[3])
    {
        let tokenizer = try Tokenizer.load(name: arguments[4], folder: arguments[2])
        let (seconds, tokens) = try measure(tokenizer, bytes, rounds: rounds)
        print("{\"name\": \"\(tokenizer.name)\", \"seconds\": \(seconds), \"tokens\": \(tokens)}")
    } else if arguments.count == 3, arguments[1] == "load" {
        for name in Tokenizer.installed(in: arguments[2]) {
            let start = threadSeconds()
            let tokenizer = try Tokenizer.load(name: name, folder: arguments[2])
            print("{\"name\": \"\(tokenizer.name)\", \"milliseconds\": \((threadSeconds() - start) * 1000)}")
        }
    } else {
        print("usage: tokens-bench speed FOLDER FILE NAME ROUNDS | tokens-bench load FOLDER")
        exit(2)
    }
} catch {
    print("tokens-bench: \(error)")
    exit(1)
}
