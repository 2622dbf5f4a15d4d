/// One document as `tf.train.Example` carries it.
struct TokenExample {
    var inputIDs: [UInt32]
    var documentID: String
    var source: String
}
