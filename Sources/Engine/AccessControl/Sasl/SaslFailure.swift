/// Why an authentication failed.
public struct SaslFailure: Error, Sendable, Equatable {
    public enum Reason: Sendable, Equatable {
        /// The message breaks the mechanism's grammar; the sentence never quotes it.
        case malformed(String)
        /// Unknown user or wrong password: a client is never told which.
        case wrongCredentials(isUserKnown: Bool)
        /// The client asks for channel binding (gs2 flag "p"), or its second message binds something else than its first.
        case channelBinding
        /// The client asks to log in with a delegation token.
        case tokenAuthentication
        /// The client insists on an extension ("m=").
        case mandatoryExtension
        /// The client wants to act for somebody else.
        case otherAuthorizationID
        case wrongNonce
        /// The exchange has ended already.
        case isOver
        /// The kernel gave no random bytes.
        case noEntropy
    }

    public let reason: Reason
    /// Who the client said it is, as far as it came to that: for the audit log.
    public let user: String?
    public let mechanism: SaslMechanism

    /// What the client may know: SaslAuthenticate's error message (its code is SASL_AUTHENTICATION_FAILED, 58).
    public var clientMessage: String {
        let fix: String
        switch reason {
        case .malformed(let sentence): fix = sentence
        case .wrongCredentials, .wrongNonce: fix = "the credentials are wrong"
        case .channelBinding: fix = "channel binding is not supported; use \(mechanism.name) without it"
        case .tokenAuthentication: fix = "delegation tokens are not supported; log in with a user and a password"
        case .mandatoryExtension: fix = "the client insists on an extension that is not supported"
        case .otherAuthorizationID: fix = "the authorization id differs from the user name; leave it out"
        case .isOver: fix = "the exchange has ended; connect anew"
        case .noEntropy: fix = "the server cannot make a nonce now; try again"
        }
        return "authentication with \(mechanism.name) failed: \(fix)"
    }

    /// What the audit log records.
    public var auditReason: String {
        switch reason {
        case .malformed(let sentence): "malformed: \(sentence)"
        case .wrongCredentials(let isKnown): isKnown ? "wrong password" : "unknown user"
        case .channelBinding: "channel binding asked for"
        case .tokenAuthentication: "token authentication asked for"
        case .mandatoryExtension: "mandatory extension"
        case .otherAuthorizationID: "other authorization id"
        case .wrongNonce: "wrong nonce"
        case .isOver: "exchange was over"
        case .noEntropy: "no entropy"
        }
    }
}
