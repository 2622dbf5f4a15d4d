import Broker
import ObjectStore
import SystemIO

/// Why a command failed: one sentence with the fix, for standard error; the exit code is then 1.
struct CommandFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

extension Broker {
    /// Becomes the owner of a data folder, or says who is.
    /// `remote`: without one, what LEAT_REMOTE names.
    static func owning(
        _ folder: String, settings: BrokerSettings = .standard, remote: (any ObjectStore)? = nil, to purpose: String
    ) throws -> Broker {
        let store = try remote ?? RemoteOption.store()
        do {
            return try Broker(folder: folder, settings: settings, remote: store)
        } catch let error as SystemIOError where error.operation == "lock" {
            throw CommandFailure(
                "cannot \(purpose): the data folder \(folder) has an owner, \(error.sentence). "
                    + "Where that process serves the folder, name its address with --brokers. "
                    + "(Reading needs no lock: leat tail, leat topics list, leat log dump.)")
        }
    }
}
