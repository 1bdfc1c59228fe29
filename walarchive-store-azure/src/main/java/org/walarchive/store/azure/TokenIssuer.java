package org.walarchive.store.azure;

import java.time.Duration;

/** Who issues tokens, and for what proof. */
enum TokenIssuer {
    /** Microsoft Entra, for a secret of an application. */
    CLIENT_SECRET(
            "Microsoft Entra (client secret)",
            Reach.NETWORK,
            "Is AZURE_CLIENT_SECRET the value, not the id, of a secret of the application AZURE_CLIENT_ID in the tenant"
                    + " AZURE_TENANT_ID, and has the secret not expired?"),
    /** Microsoft Entra, for a token of somebody it trusts, such as a Kubernetes cluster. */
    FEDERATED_TOKEN(
            "Microsoft Entra (workload identity)",
            Reach.NETWORK,
            "Has AZURE_CLIENT_ID a federated credential for issuer, subject and audience of the token in"
                    + " AZURE_FEDERATED_TOKEN_FILE, and is that token renewed?"),
    /** The endpoint that App Service and Container Apps give to an application with an identity. */
    APP_SERVICE(
            "IDENTITY_ENDPOINT (managed identity)",
            Reach.MACHINE,
            "Has the application a managed identity, and if AZURE_CLIENT_ID is set, is it that of one assigned to it?"),
    /** The metadata service of a virtual machine. */
    INSTANCE(
            "the instance metadata service (managed identity)",
            Reach.MACHINE,
            "Has the machine a managed identity, the one of AZURE_CLIENT_ID if that is set, and has the identity the role"
                    + " Storage Blob Data Contributor? AZURE_CLIENT_ID must name one of several.");

    /** Where an issuer is. */
    private enum Reach {
        NETWORK,
        MACHINE
    }

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** There may be no such service, and then nobody should wait for it. */
    private static final Duration INSTANCE_CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final String title;
    private final Reach reach;
    private final String refusalHint;

    TokenIssuer(String title, Reach reach, String refusalHint) {
        this.title = title;
        this.reach = reach;
        this.refusalHint = refusalHint;
    }

    /** Returns what messages call it. */
    String title() {
        return title;
    }

    /** Returns what to ask somebody whose proof it does not take. */
    String refusalHint() {
        return refusalHint;
    }

    /** Tells whether it is Microsoft Entra itself, which may lie behind a proxy, and not a service of this machine. */
    boolean isRemote() {
        return reach == Reach.NETWORK;
    }

    Duration connectTimeout() {
        return this == INSTANCE ? INSTANCE_CONNECT_TIMEOUT : CONNECT_TIMEOUT;
    }
}
