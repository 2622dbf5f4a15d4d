/// An object written in parts (S3's multipart upload), or at once if it is no longer than one part.
///
/// Memory is one part. Parts grow with the object, so that 10,000 of them hold 5 TiB. An upload not finished is aborted, so that no part of it is kept (and charged).
final class S3Writer: ObjectWriter {
    private let store: S3Store
    private let key: String
    private let fullKey: String
    private var part: [UInt8] = []
    private var upload: String?
    private var tags: [String] = []
    private var isOver = false

    init(_ store: S3Store, _ key: String, fullKey: String) {
        self.store = store
        self.key = key
        self.fullKey = fullKey
    }

    deinit { cancel() }

    private var settings: S3Settings { store.settings }
    private var what: String { "upload of \(key)" }

    /// The first thousand parts are of the size set; each thousand after doubles it.
    private var partBytes: Int { max(5 << 20, settings.partBytes) << (tags.count / 1000) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ObjectStoreError) {
        guard !isOver else {
            throw ObjectStoreError(.invalidRequest, at: store.location, "\(what) is finished or given up already")
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = partBytes - part.count
            part.append(contentsOf: rest.prefix(room))
            rest = rest.dropFirst(room)
            if part.count >= partBytes { try sendPart() }
        }
    }

    func finish() throws(ObjectStoreError) {
        guard !isOver else {
            throw ObjectStoreError(.invalidRequest, at: store.location, "\(what) is finished or given up already")
        }
        guard let upload else {
            try store.put(key, part)
            isOver = true
            return
        }
        if !part.isEmpty { try sendPart() }
        let parts = tags.enumerated().map {
            "<Part><PartNumber>\($0.offset + 1)</PartNumber><ETag>\(S3Writer.escaped($0.element))</ETag></Part>"
        }
        let body = Array("<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>".utf8)
        let response = try store.perform(what, limit: 1 << 20) {
            settings.request(
                "POST", key: fullKey, query: [("uploadId", upload)], headers: [("Content-Type", "application/xml")],
                body: body)
        }
        // An answer of success can hold an error; an upload that is gone after an attempt in doubt was completed by it.
        let isDone = response.head.status == 200 && S3Document(response.body).first("ETag") != nil
        let wasDone = response.afterDoubt && response.errorCode == "NoSuchUpload"
        guard isDone || wasDone else { throw store.failure(response, what) }
        isOver = true
    }

    func cancel() {
        guard !isOver else { return }
        isOver = true
        part = []
        guard let upload else { return }
        // What cannot be aborted now is left to the bucket's lifecycle rules: there is no one to tell.
        _ = try? store.perform(what, limit: 1 << 20) {
            settings.request("DELETE", key: fullKey, query: [("uploadId", upload)])
        }
    }

    private func sendPart() throws(ObjectStoreError) {
        let upload = try begun()
        let number = tags.count + 1
        guard number <= 10_000 else {
            throw ObjectStoreError(.tooLarge, at: store.location, "\(what): more than 10,000 parts")
        }
        let body = part
        let response = try store.perform(what, limit: 1 << 20) {
            settings.request(
                "PUT", key: fullKey, query: [("partNumber", String(number)), ("uploadId", upload)], body: body)
        }
        guard response.head.status == 200, let tag = response.head["etag"] else { throw store.failure(response, what) }
        tags.append(tag)
        part.removeAll(keepingCapacity: true)
    }

    private func begun() throws(ObjectStoreError) -> String {
        if let upload { return upload }
        let response = try store.perform(what, limit: 1 << 20) {
            settings.request("POST", key: fullKey, query: [("uploads", "")], body: [])
        }
        guard response.head.status == 200, let identifier = S3Document(response.body).first("UploadId") else {
            throw store.failure(response, what)
        }
        upload = identifier
        return identifier
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
