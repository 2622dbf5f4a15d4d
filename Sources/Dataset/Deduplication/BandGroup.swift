/// A part of the bands: what one of several matchers looks after.
///
/// The groups of one count are consecutive bands, together all of them, and differ by one band at most.
public struct BandGroup: Sendable, Hashable {
    /// From 0.
    public let number: Int
    public let count: Int

    /// The one group that has all bands.
    public static let whole = BandGroup(uncheckedNumber: 0, of: 1)

    /// Throws ``DeduplicationError/badSetting(_:)`` where a group would have no band.
    public init(_ number: Int, of count: Int, settings: DeduplicationSettings) throws(DeduplicationError) {
        guard count >= 1, count <= settings.bands else {
            throw .badSetting("\(settings.bands) bands cannot be divided among \(count) matchers; 1 to \(settings.bands) are possible")
        }
        guard number >= 0, number < count else { throw .badSetting("there is no group \(number) of \(count)") }
        self.init(uncheckedNumber: number, of: count)
    }

    private init(uncheckedNumber number: Int, of count: Int) {
        self.number = number
        self.count = count
    }

    /// The group's bands, where there are `bands` in all: none for a text that is too short to have any.
    func range(of bands: Int) -> Range<Int> { bands * number / count..<bands * (number + 1) / count }
}
