package org.walarchive.store.swift;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import okhttp3.Request;
import org.openstack4j.model.common.Identifier;
import org.openstack4j.model.identity.v3.Endpoint;
import org.openstack4j.model.identity.v3.Service;
import org.openstack4j.openstack.identity.v3.domain.KeystoneAuth;
import org.openstack4j.openstack.identity.v3.domain.KeystoneAuth.AuthScope;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;
import org.walarchive.store.swift.Authentication.Granted;

/** Keystone's API of today, in openstack4j's classes. */
final class KeystoneV3 implements Authentication.Api {

    private final Login login;

    KeystoneV3(Login login) {
        this.login = login;
    }

    @Override
    public Request request() {
        KeystoneAuth auth = login.userId().isPresent()
                ? new KeystoneAuth(login.userId().get(), login.password(), null, scope())
                : new KeystoneAuth(login.user().orElse(""), login.password(), identifier(login.userDomain()), scope());
        return Keystone.post(login, "v3", "auth/tokens", auth);
    }

    /** Openstack4j leaves out the name of a project that has no domain, so there is always one. */
    private AuthScope scope() {
        Identifier project = login.tenantId()
                .map(Identifier::byId)
                .orElseGet(() -> Identifier.byName(login.tenant().orElse("")));
        return project.isTypeID()
                ? AuthScope.project(project)
                : AuthScope.project(project, identifier(login.projectDomain()));
    }

    private static Identifier identifier(Domain domain) {
        return switch (domain.naming()) {
            case ID -> Identifier.byId(domain.value());
            case NAME -> Identifier.byName(domain.value());
        };
    }

    @Override
    public Granted read(Reply reply) throws IOException {
        Optional<String> token = reply.header("X-Subject-Token");
        KeystoneToken description = Keystone.read(login, reply, KeystoneToken.class);
        if (token.isEmpty() || description.getExpires() == null) {
            throw Authentication.notUnderstood(login, "no X-Subject-Token or no time at which the token ends");
        }
        return new Granted(
                token.get(),
                storageUrl(description),
                Authentication.lifetime(reply, description.getExpires().toInstant()));
    }

    private String storageUrl(KeystoneToken token) throws IOException {
        TreeSet<String> offered = new TreeSet<>();
        List<? extends Service> catalog = token.getCatalog() == null ? List.of() : token.getCatalog();
        for (Service service : catalog) {
            if (Keystone.OBJECT_STORE.equals(service.getType()) && service.getEndpoints() != null) {
                for (Endpoint endpoint : service.getEndpoints()) {
                    if (endpoint.getUrl() != null && isWanted(endpoint)) {
                        return endpoint.getUrl().toString();
                    }
                    offered.add(endpoint.getRegion() + " " + endpoint.getIface());
                }
            }
        }
        throw Authentication.notInCatalog(login, offered);
    }

    private boolean isWanted(Endpoint endpoint) {
        return endpoint.getIface() != null
                && endpoint.getIface().name().equals(login.endpointType().name())
                && (login.region().isEmpty()
                        || login.region().get().equals(endpoint.getRegion())
                        || login.region().get().equals(endpoint.getRegionId()));
    }
}
