import ArgumentParser
import Foundation
import Pipeline
import Streams

/// How one stage runs as a service.
struct ServiceOptions: ParsableArguments {
    @OptionGroup var cluster: ClusterOption
    @Option(name: .long, help: ArgumentHelp("Where shards and lake are written, and state unless --state says otherwise.", valueName: "folder"))
    var data = "leat-data"
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder of this process's state. Default: state/INSTANCE in the data folder. Two processes never share one.", valueName: "folder"))
    var state: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A name that stays when this process is started again (a pod's, a unit's). It then gets its tasks back without a rebalance, and finds its state.",
            valueName: "id"))
    var instance: String?
    @Option(name: .long, help: "Threads that run tasks. Default: one a core.") var threads: Int?
    @Option(name: .long, help: ArgumentHelp("A commit at least so often.", valueName: "ms")) var commitInterval = 100
    @Flag(name: .long, help: "Keep warm copies of the state of tasks that other processes have, to take over at once.") var standby = false
    @Option(
        name: .long, help: ArgumentHelp("Serve health (/healthz, /readyz), metrics (/metrics), /status and, to this machine alone, /state here.", valueName: "host:port"))
    var metrics: String?
    @Flag(name: .long, help: "Tell state to whoever reaches the address of --metrics; it has no login.") var openState = false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Restore state at most so fast, all tasks of this process together, so that others of the machine and the log have room. Default: as fast as it goes.",
            valueName: "bytes/s, 50M"))
    var restoreRate: ByteRate?

    var isGiven: Bool { cluster.given != nil }

    func validate() throws {
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads \(threads): 1 to 256 are allowed.") }
        guard (1...600_000).contains(commitInterval) else {
            throw ValidationError("--commit-interval \(commitInterval): 1 to 600000 milliseconds are allowed.")
        }
        if let instance, instance.isEmpty || instance.utf8.count > 100 || instance.contains("/") || instance.hasPrefix(".") {
            throw ValidationError("--instance \(instance): a name of 1 to 100 characters without a slash, and no dot in front, is needed.")
        }
    }

    /// `name`: how this process is called in transactional ids, whether it keeps its name or not.
    func runtimeSettings(stage: String, name: String) -> RuntimeSettings {
        var settings = RuntimeSettings(
            stateFolder: state ?? "\(data)/state/\(name)", build: BuildInformation.build, transactionalID: "leat-\(stage)-\(name)")
        settings.workerCount = threads ?? ProcessInfo.processInfo.activeProcessorCount
        settings.commitInterval = .milliseconds(commitInterval)
        settings.commitsWhenIdle = false
        settings.keepsStandbys = standby
        settings.restoreBytesPerSecond = restoreRate?.bytesPerSecond
        // A service outlives its cluster's troubles; what cannot get better ends it all the same.
        settings.restartLimit = .max
        return settings
    }
}
