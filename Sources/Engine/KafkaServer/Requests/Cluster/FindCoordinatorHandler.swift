import AccessControl
import Coordination
import KafkaWire

/// FindCoordinator: this node coordinates every group and every transaction.
struct FindCoordinatorHandler {
    let core: ServerCore

    func handle(_ exchange: Exchange<FindCoordinatorRequest>) {
        let request = exchange.request
        let node = core.node(for: exchange.client)
        exchange.answer { response in
            guard exchange.version >= 4 else {
                let code = self.code(request.key, request.keyType, exchange.client)
                response.errorCode = code.rawValue
                response.errorMessage = code == .none ? nil : "\(request.key): not for this client"
                response.nodeId = code == .none ? node.nodeId : -1
                response.host = code == .none ? node.host : ""
                response.port = code == .none ? node.port : -1
                return
            }
            response.coordinators = request.coordinatorKeys.map { key in
                FindCoordinatorResponse.Coordinator { coordinator in
                    let code = self.code(key, request.keyType, exchange.client)
                    coordinator.key = key
                    coordinator.errorCode = code.rawValue
                    coordinator.nodeId = code == .none ? node.nodeId : -1
                    coordinator.host = code == .none ? node.host : ""
                    coordinator.port = code == .none ? node.port : -1
                }
            }
        }
    }

    private func code(_ key: String, _ type: Int8, _ client: ClientIdentity) -> KafkaErrorCode {
        switch type {
        case 0: core.permits(client, .describe, .group, key) ? .none : .groupAuthorizationFailed
        case 1: core.permits(client, .describe, .transactionalID, key) ? .none : .transactionalIDAuthorizationFailed
        default: .invalidRequest
        }
    }
}
