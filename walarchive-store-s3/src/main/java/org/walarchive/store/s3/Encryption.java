package org.walarchive.store.s3;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the service is asked to encrypt what it keeps. May hold a secret, which {@link #toString} does not print. */
final class Encryption {

    /** A key that the service manages. */
    static final Encryption SERVICE_KEY = new Encryption("AES256", null, null);

    /** The same, because WAL-E always asked for it: unlike what a setting asks for, a service may be without. */
    static final Encryption AS_WAL_E = new Encryption("AES256", null, null);

    /** Nothing is asked for: the bucket's default. */
    static final Encryption NONE = new Encryption(null, null, null);

    private static final int CUSTOMER_KEY_BYTES = 32;

    private final @Nullable String algorithm;
    private final @Nullable String kmsKeyId;
    private final byte @Nullable [] customerKey;

    private Encryption(@Nullable String algorithm, @Nullable String kmsKeyId, byte @Nullable [] customerKey) {
        this.algorithm = algorithm;
        this.kmsKeyId = kmsKeyId;
        this.customerKey = customerKey;
    }

    /** A key of the key management service: the one named, or the account's own for S3. */
    static Encryption kms(Optional<String> keyId) {
        return new Encryption("aws:kms", keyId.orElse(null), null);
    }

    /**
     * A key that goes with every request and that the service does not keep.
     *
     * @throws IllegalArgumentException if it has not 256 bits
     */
    static Encryption customerKey(byte[] key) {
        if (key.length != CUSTOMER_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a key of " + CUSTOMER_KEY_BYTES + " bytes is needed, it has " + key.length);
        }
        return new Encryption(null, null, key.clone());
    }

    /** Returns the header {@code x-amz-server-side-encryption}. */
    @Nullable
    String algorithm() {
        return algorithm;
    }

    /** Returns the key of the key management service. */
    @Nullable
    String kmsKeyId() {
        return kmsKeyId;
    }

    /** Returns the algorithm of the customer's key. */
    @Nullable
    String customerAlgorithm() {
        return customerKey == null ? null : "AES256";
    }

    /** Returns the customer's key in base64. */
    @Nullable
    String customerKey() {
        return customerKey == null ? null : Base64.getEncoder().encodeToString(customerKey);
    }

    /** Returns the digest of the customer's key in base64. */
    @Nullable
    String customerKeyMd5() {
        if (customerKey == null) {
            return null;
        }
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(customerKey));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5, which S3 asks for with a customer's key", e);
        }
    }

    @Override
    public String toString() {
        if (customerKey != null) {
            return "customer's key";
        }
        return algorithm == null ? "none" : algorithm + (kmsKeyId == null ? "" : " " + kmsKeyId);
    }
}
