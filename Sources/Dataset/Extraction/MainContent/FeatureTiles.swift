internal import CTreeEnsemble

/// The numbers about many rows, as `TreeEnsemble` reads them: tiles of 32 rows, each column after column, so that one
/// load takes the same number of sixteen rows.
///
/// Limits: memory is 4 bytes × columns × rows, rounded up to whole tiles. Threads: one at a time.
/// The pointer is for alignment (a load across cache lines costs two) and stays in this file but for `withTile`.
final class FeatureTiles {
    static let tileRows = Int(leat_tile_rows)

    let columns: Int
    let count: Int
    private let numbers: UnsafeMutablePointer<Float>
    private let capacity: Int

    /// All numbers are zero.
    init(count: Int, columns: Int) {
        precondition(count >= 0 && columns > 0 && columns <= 1 << 16)
        self.columns = columns
        self.count = count
        let tiles = (count + FeatureTiles.tileRows - 1) / FeatureTiles.tileRows
        capacity = tiles * columns * FeatureTiles.tileRows
        numbers = UnsafeMutableRawPointer.allocate(byteCount: max(64, capacity * 4), alignment: 64)
            .bindMemory(to: Float.self, capacity: capacity)
        numbers.initialize(repeating: 0, count: capacity)
    }

    deinit { UnsafeMutableRawPointer(numbers).deallocate() }

    subscript(row: Int, column: Int) -> Float {
        precondition(row >= 0 && row < count && column >= 0 && column < columns)
        return numbers[place(row) + column * FeatureTiles.tileRows]
    }

    private func place(_ row: Int) -> Int {
        (row / FeatureTiles.tileRows) * columns * FeatureTiles.tileRows + row % FeatureTiles.tileRows
    }

    /// Where a row is written, from a column on.
    func row(_ index: Int, from column: Int = 0) -> Row {
        precondition(index >= 0 && index < count && column >= 0 && column <= columns)
        return Row(tiles: self, place: numbers + place(index), column: column)
    }

    /// Calls `body` with the first number of each tile, the tile's first row and how many rows it has.
    func forEachTile(_ body: (UnsafePointer<Float>, Int, Int) -> Void) {
        for first in Swift.stride(from: 0, to: count, by: FeatureTiles.tileRows) {
            body(numbers + first * columns, first, min(FeatureTiles.tileRows, count - first))
        }
    }

    /// Writes one row from left to right.
    struct Row {
        private let tiles: FeatureTiles
        private let place: UnsafeMutablePointer<Float>
        private(set) var column: Int

        fileprivate init(tiles: FeatureTiles, place: UnsafeMutablePointer<Float>, column: Int) {
            self.tiles = tiles
            self.place = place
            self.column = column
        }

        @inline(__always)
        mutating func append(_ number: Float) {
            precondition(column < tiles.columns)
            place[column * FeatureTiles.tileRows] = number
            column += 1
        }

        @inline(__always)
        mutating func add(_ number: Int32) { append(Float(number)) }
    }
}
