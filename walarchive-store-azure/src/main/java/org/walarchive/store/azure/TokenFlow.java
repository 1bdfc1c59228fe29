package org.walarchive.store.azure;

/** A way to ask for a token. */
interface TokenFlow {

    /**
     * Makes a request. What may change, such as the token in a file, is read again for each.
     *
     * @param scope what the token is for, such as {@code https://storage.azure.com/.default}
     * @throws TokenException if what it needs cannot be read
     */
    TokenRequest request(String scope);
}
