import ArgumentParser
import Broker

/// Where `tail` and `consume` begin, as it is written on the command line.
enum TailStart: ExpressibleByArgument, Hashable {
    case earliest
    case latest
    case offset(Int64)
    /// The last so many records of each partition.
    case last(Int)
    case time(milliseconds: Int64)

    init?(argument: String) {
        switch argument {
        case "earliest", "beginning": self = .earliest
        case "latest", "end": self = .latest
        default:
            if argument.hasPrefix("-"), let count = Int(argument.dropFirst()), count >= 0 {
                self = .last(count)
            } else if let offset = Int64(argument), offset >= 0 {
                self = .offset(offset)
            } else if argument.hasPrefix("@"), let time = Int64(argument.dropFirst()), time >= 0 {
                self = .time(milliseconds: time)
            } else if let time = TimeText.milliseconds(argument) {
                self = .time(milliseconds: time)
            } else {
                return nil
            }
        }
    }

    static let help = "earliest, latest, an offset, -N for the last N, a time such as 2026-01-31T12:00 (UTC), or @ and milliseconds."

    /// Nil for the last so many, which is no place.
    var place: SharedLogStart? {
        switch self {
        case .earliest: .earliest
        case .latest: .latest
        case .offset(let offset): .offset(offset)
        case .time(let milliseconds): .timestamp(milliseconds: milliseconds)
        case .last: nil
        }
    }
}
