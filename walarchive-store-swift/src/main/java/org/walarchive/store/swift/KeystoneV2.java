package org.walarchive.store.swift;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.TreeSet;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.openstack4j.model.identity.v2.Access;
import org.openstack4j.model.identity.v2.Endpoint;
import org.openstack4j.openstack.identity.v2.domain.Credentials;
import org.openstack4j.openstack.identity.v2.domain.KeystoneAccess;
import org.walarchive.store.swift.Authentication.Granted;

/** Keystone's API of 2010, in openstack4j's classes. */
final class KeystoneV2 implements Authentication.Api {

    private final Login login;

    KeystoneV2(Login login) {
        this.login = login;
    }

    @Override
    public Request request() {
        return Keystone.post(
                login,
                "v2.0",
                "tokens",
                new Credentials(
                        login.user().orElse(""),
                        login.password(),
                        login.tenant().orElse(null),
                        login.tenantId().orElse(null)));
    }

    @Override
    public Granted read(Reply reply) throws IOException {
        KeystoneAccess access = Keystone.read(login, reply, KeystoneAccess.class);
        if (access.getToken() == null
                || access.getToken().getId() == null
                || access.getToken().getExpires() == null) {
            throw Authentication.notUnderstood(login, "no token");
        }
        return new Granted(
                access.getToken().getId(),
                storageUrl(access),
                Authentication.lifetime(reply, access.getToken().getExpires().toInstant()));
    }

    private String storageUrl(KeystoneAccess access) throws IOException {
        TreeSet<String> offered = new TreeSet<>();
        List<? extends Access.Service> catalog =
                access.getServiceCatalog() == null ? List.of() : access.getServiceCatalog();
        for (Access.Service service : catalog) {
            if (Keystone.OBJECT_STORE.equals(service.getType()) && service.getEndpoints() != null) {
                for (Endpoint endpoint : service.getEndpoints()) {
                    URI address = address(endpoint);
                    if (address != null
                            && (login.region().isEmpty() || login.region().get().equals(endpoint.getRegion()))) {
                        return address.toString();
                    }
                    offered.add(String.valueOf(endpoint.getRegion()));
                }
            }
        }
        throw Authentication.notInCatalog(login, offered);
    }

    private @Nullable URI address(Endpoint endpoint) {
        return switch (login.endpointType()) {
            case PUBLIC -> endpoint.getPublicURL();
            case INTERNAL -> endpoint.getInternalURL();
            case ADMIN -> endpoint.getAdminURL();
        };
    }
}
