@main
struct Leat {
    static func main() {}
}
