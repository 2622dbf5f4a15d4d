/// What names this program in lineage, dead letters and `--version`.
enum BuildInformation {
    static let version = "0.1.0"
    static let build = "leat-" + version
}
