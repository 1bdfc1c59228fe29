package org.walarchive.store.s3;

import java.util.Optional;

/**
 * A key to the service. {@link #toString} prints its name only.
 *
 * @param id the name of the key
 * @param secret the secret
 * @param token the token of a temporary key
 */
record AccessKey(String id, String secret, Optional<String> token) {

    @Override
    public String toString() {
        return "access key " + id;
    }
}
