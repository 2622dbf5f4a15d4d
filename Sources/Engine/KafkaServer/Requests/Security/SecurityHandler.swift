import AccessControl
import Coordination
import KafkaWire

/// Access rules, quotas and users, described and changed. Changes wait on the disk.
struct SecurityHandler {
    let core: ServerCore

    private func maySee(_ client: ClientIdentity) -> Bool { core.permits(client, .describe, .cluster, ResourceType.clusterName) }
    private func mayChange(_ client: ClientIdentity) -> Bool { core.permits(client, .alter, .cluster, ResourceType.clusterName) }

    // MARK: Rules

    func describeRules(_ exchange: Exchange<DescribeAclsRequest>) {
        let request = exchange.request
        guard maySee(exchange.client) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.clusterAuthorizationFailed.rawValue }
        }
        do throws(AccessError) {
            let filter = try AclFilter(
                resourceType: request.resourceTypeFilter, resourceName: request.resourceNameFilter, patternType: request.patternTypeFilter,
                principal: request.principalFilter, host: request.hostFilter, operation: request.operation,
                permission: request.permissionType)
            let found = Dictionary(grouping: core.access.describeRules(filter), by: \.resource)
            let ordered = found.sorted { ($0.key.type.rawValue, $0.key.name) < ($1.key.type.rawValue, $1.key.name) }
            exchange.answer { response in
                response.resources = ordered.map { resource, rules in
                    DescribeAclsResponse.Resource { answer in
                        answer.resourceType = resource.type.rawValue
                        answer.resourceName = resource.name
                        answer.patternType = resource.patternType.rawValue
                        answer.acls = rules.map { rule in
                            DescribeAclsResponse.Acl {
                                $0.principal = rule.principal
                                $0.host = rule.host
                                $0.operation = rule.operation.rawValue
                                $0.permissionType = rule.permission.rawValue
                            }
                        }
                    }
                }
            }
        } catch {
            exchange.answer { $0.errorCode = error.kafkaCode; $0.errorMessage = error.message }
        }
    }

    func createRules(_ exchange: Exchange<CreateAclsRequest>) {
        let creations = exchange.request.creations
        guard mayChange(exchange.client) else {
            return exchange.answer { response in
                response.results = creations.map { _ in
                    CreateAclsResponse.Result { $0.errorCode = KafkaErrorCode.clusterAuthorizationFailed.rawValue }
                }
            }
        }
        // The first rule denies everybody everything else: without a super user nobody could take it back.
        guard core.access.authorizer.hasSuperUsers else {
            return exchange.answer { response in
                response.results = creations.map { _ in
                    CreateAclsResponse.Result {
                        $0.errorCode = KafkaErrorCode.securityDisabled.rawValue
                        $0.errorMessage = "no super user is named, and the first rule would keep everybody out: start with --super-user NAME"
                    }
                }
            }
        }
        exchange.work(core) {
            var results: [AccessError?] = []
            var rules: [AclBinding] = []
            var places: [Int] = []
            for (index, creation) in creations.enumerated() {
                do throws(AccessError) {
                    rules.append(
                        try AclBinding(
                            resourceType: creation.resourceType, resourceName: creation.resourceName,
                            patternType: creation.resourcePatternType, principal: creation.principal, host: creation.host,
                            operation: creation.operation, permission: creation.permissionType))
                    places.append(index)
                    results.append(nil)
                } catch {
                    results.append(error)
                }
            }
            do throws(AccessError) {
                for (place, error) in zip(places, try core.access.createRules(rules)) { results[place] = error }
                for rule in rules { core.noteChange(exchange.client, "create rule", rule.description) }
            } catch {
                for place in places { results[place] = error }
            }
            exchange.answer { [results] response in
                response.results = results.map { error in
                    CreateAclsResponse.Result { $0.errorCode = error?.kafkaCode ?? 0; $0.errorMessage = error?.message }
                }
            }
        }
    }

    func deleteRules(_ exchange: Exchange<DeleteAclsRequest>) {
        let asked = exchange.request.filters
        guard mayChange(exchange.client) else {
            return exchange.answer { response in
                response.filterResults = asked.map { _ in
                    DeleteAclsResponse.FilterResult { $0.errorCode = KafkaErrorCode.clusterAuthorizationFailed.rawValue }
                }
            }
        }
        exchange.work(core) {
            exchange.answer { response in
                do throws(AccessError) {
                    var filters: [AclFilter] = []
                    for filter in asked {
                        filters.append(
                            try AclFilter(
                                resourceType: filter.resourceTypeFilter, resourceName: filter.resourceNameFilter,
                                patternType: filter.patternTypeFilter, principal: filter.principalFilter, host: filter.hostFilter,
                                operation: filter.operation, permission: filter.permissionType))
                    }
                    let removed = try core.access.deleteRules(filters)
                    for rule in removed.joined() { core.noteChange(exchange.client, "delete rule", rule.description) }
                    response.filterResults = removed.map { rules in
                        DeleteAclsResponse.FilterResult { $0.matchingAcls = rules.map(Self.matching) }
                    }
                } catch {
                    response.filterResults = asked.map { _ in
                        DeleteAclsResponse.FilterResult { $0.errorCode = error.kafkaCode; $0.errorMessage = error.message }
                    }
                }
            }
        }
    }

    private static func matching(_ rule: AclBinding) -> DeleteAclsResponse.MatchingAcl {
        DeleteAclsResponse.MatchingAcl {
            $0.resourceType = rule.resource.type.rawValue
            $0.resourceName = rule.resource.name
            $0.patternType = rule.resource.patternType.rawValue
            $0.principal = rule.principal
            $0.host = rule.host
            $0.operation = rule.operation.rawValue
            $0.permissionType = rule.permission.rawValue
        }
    }

    // MARK: Quotas

    func describeQuotas(_ exchange: Exchange<DescribeClientQuotasRequest>) {
        let request = exchange.request
        guard core.permits(exchange.client, .describeConfigs, .cluster, ResourceType.clusterName) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.clusterAuthorizationFailed.rawValue }
        }
        do throws(AccessError) {
            var components: [(type: String, match: QuotaFilter.Match)] = []
            for component in request.components {
                components.append((component.entityType, try QuotaFilter.Match(type: component.matchType, text: component.match)))
            }
            let found = try core.access.describeQuotas(QuotaFilter(components: components, isStrict: request.strict))
            exchange.answer { response in
                response.entries = found.map { quota in
                    DescribeClientQuotasResponse.Entry { entry in
                        entry.entity = quota.entity.parts.map { part in
                            DescribeClientQuotasResponse.Entity { $0.entityType = part.type; $0.entityName = part.name }
                        }
                        entry.values = quota.values.map { value in
                            DescribeClientQuotasResponse.Value { $0.key = value.key.rawValue; $0.value = value.value }
                        }
                    }
                }
            }
        } catch {
            exchange.answer { $0.errorCode = error.kafkaCode; $0.errorMessage = error.message }
        }
    }

    func alterQuotas(_ exchange: Exchange<AlterClientQuotasRequest>) {
        let request = exchange.request
        let allowed = core.permits(exchange.client, .alterConfigs, .cluster, ResourceType.clusterName)
        exchange.work(core) {
            let alterations = request.entries.map { entry in
                QuotaAlteration(
                    entity: entry.entity.map { ($0.entityType, $0.entityName) },
                    operations: entry.operations.map { ($0.key, $0.remove ? nil : $0.value) })
            }
            var results: [AccessError?]
            do throws(AccessError) {
                guard allowed else { throw AccessError(.invalidRequest, "quotas are not this client's to change") }
                results = try core.access.alterQuotas(alterations, validateOnly: request.validateOnly)
                if !request.validateOnly { core.noteChange(exchange.client, "alter quotas", "\(alterations.count) entities") }
            } catch {
                results = alterations.map { _ in error }
            }
            exchange.answer { [results] response in
                response.entries = zip(request.entries, results).map { entry, error in
                    AlterClientQuotasResponse.Entry { answer in
                        answer.errorCode = allowed ? error?.kafkaCode ?? 0 : KafkaErrorCode.clusterAuthorizationFailed.rawValue
                        answer.errorMessage = error?.message
                        answer.entity = entry.entity.map { part in
                            AlterClientQuotasResponse.Entity { $0.entityType = part.entityType; $0.entityName = part.entityName }
                        }
                    }
                }
            }
        }
    }

    // MARK: Users

    func describeUsers(_ exchange: Exchange<DescribeUserScramCredentialsRequest>) {
        guard maySee(exchange.client) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.clusterAuthorizationFailed.rawValue }
        }
        let users = core.access.credentials.describe(exchange.request.users?.map(\.name))
        exchange.answer { response in
            response.results = users.map { user in
                DescribeUserScramCredentialsResponse.User { answer in
                    answer.user = user.user
                    answer.errorCode = user.error?.kafkaCode ?? 0
                    answer.errorMessage = user.error?.message
                    answer.credentials = user.credentials.map { credential in
                        DescribeUserScramCredentialsResponse.Credential {
                            $0.mechanism = credential.mechanism.rawValue
                            $0.iterations = Int32(credential.iterations)
                        }
                    }
                }
            }
        }
    }

    func alterUsers(_ exchange: Exchange<AlterUserScramCredentialsRequest>) {
        let request = exchange.request
        let allowed = mayChange(exchange.client)
        exchange.work(core) {
            let deletions = request.deletions.map { ScramDeletion(user: $0.name, mechanism: $0.mechanism) }
            let upsertions = request.upsertions.map {
                ScramUpsertion(
                    user: $0.name, mechanism: $0.mechanism, iterations: $0.iterations, salt: $0.salt, saltedPassword: $0.saltedPassword)
            }
            exchange.answer { response in
                do throws(AccessError) {
                    guard allowed else { throw AccessError(.invalidRequest, "users are not this client's to change") }
                    let results = try core.access.alterCredentials(deletions: deletions, upsertions: upsertions)
                    for result in results where result.error == nil { core.noteChange(exchange.client, "alter user", result.user) }
                    response.results = results.map { result in
                        AlterUserScramCredentialsResponse.User {
                            $0.user = result.user
                            $0.errorCode = result.error?.kafkaCode ?? 0
                            $0.errorMessage = result.error?.message
                        }
                    }
                } catch {
                    response.results = (deletions.map(\.user) + upsertions.map(\.user)).map { user in
                        AlterUserScramCredentialsResponse.User {
                            $0.user = user
                            $0.errorCode = allowed ? error.kafkaCode : KafkaErrorCode.clusterAuthorizationFailed.rawValue
                            $0.errorMessage = error.message
                        }
                    }
                }
            }
        }
    }
}
