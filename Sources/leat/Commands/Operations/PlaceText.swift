import ArgumentParser
import Pipeline

/// Places in a log as they are written on the command line.
enum PlaceText {
    static func parse(_ text: String, option: String) throws -> ReplayPlace {
        if let place = ReplayPlace(text: text) { return place }
        if let time = TimeText.milliseconds(text) { return .time(time) }
        throw ValidationError(
            "\(option) \(text): this is no place: write beginning, an offset (1000), offsets (0:1000,1:500), a time (2026-01-31T12:00, in UTC) or snapshot:NAME")
    }
}
