// LogBench: the log in one process beside what the machine gives plain system calls. Run by benchmarks/log/run.
//
//   LogBench append|read FOLDER
//   LogBench partitions FOLDER [COUNT], then LogBench open FOLDER [COUNT]
//
// Every line: what was measured, its figures, and for a pair their ratio. One thread. CPU seconds are the process's own.
import LogStorage
import Records
import SystemIO

#if canImport(Glibc)
    import Glibc
#endif

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("usage: LogBench append|read|partitions|open FOLDER [COUNT]")
    exit(2)
}
let bench = Bench(folder: arguments[2])
switch arguments[1] {
case "append": try bench.append()
case "read": try bench.read()
case "partitions": try bench.partitions(count: arguments.count > 3 ? Int(arguments[3]) ?? 10_000 : 10_000)
case "open": try bench.open(count: arguments.count > 3 ? Int(arguments[3]) ?? 10_000 : 10_000)
default:
    print("there is no benchmark \(arguments[1])")
    exit(2)
}
