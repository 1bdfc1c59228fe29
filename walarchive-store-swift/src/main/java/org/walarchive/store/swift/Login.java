package org.walarchive.store.swift;

import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * What is needed to get a token. {@link #toString} does not print the password.
 *
 * @param version which API
 * @param url where, as it was set
 * @param user the user's name; empty if there is an id
 * @param userId the user's id
 * @param password the password
 * @param tenant the name of the tenant, which version 3 calls project
 * @param tenantId the id of the tenant
 * @param userDomain the domain of the user, in version 3
 * @param projectDomain the domain of the project, in version 3
 * @param region the region in the catalog; empty for the first
 * @param endpointType the address in the catalog
 */
record Login(
        AuthVersion version,
        HttpUrl url,
        Optional<String> user,
        Optional<String> userId,
        String password,
        Optional<String> tenant,
        Optional<String> tenantId,
        Domain userDomain,
        Domain projectDomain,
        Optional<String> region,
        EndpointType endpointType) {

    @Override
    public String toString() {
        return "user " + user.or(() -> userId).orElse("") + " at " + url;
    }
}
