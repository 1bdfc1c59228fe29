package org.walarchive.core.openpgp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;

/**
 * The key of a key ring to encrypt to, chosen as gpg chooses: the newest subkey that may encrypt, else the primary key.
 *
 * @param key the key
 * @param expiry when it, or its primary key, ends
 */
record RecipientKey(PGPPublicKey key, Optional<Instant> expiry) {

    /** To encrypt communications, and storage (RFC 4880, section 5.2.3.21). */
    private static final int ENCRYPTS = 0x04 | 0x08;

    /** An algorithm of old keys. */
    private static final int RSA_ENCRYPT_ONLY = 2;

    /** A key ring that cannot be encrypted to; the message tells why. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /**
     * Chooses a key.
     *
     * @param only the end of the fingerprint of the one that must be used
     */
    static RecipientKey of(PGPPublicKeyRing ring, Optional<String> only, Instant now) throws Unusable {
        PGPPublicKey primary = ring.getPublicKey();
        KeySignatures signatures = new KeySignatures(primary);
        if (signatures.isRevoked()) {
            throw new Unusable("it is revoked");
        }
        PGPSignature own =
                signatures.ofPrimary().orElseThrow(() -> new Unusable("no signature of its owner on it is valid"));
        Optional<Instant> expiry = KeySignatures.expiry(primary, own);
        requireUnexpired(expiry, now);
        if (primary.getCreationTime().toInstant().isAfter(now)) {
            throw new Unusable(
                    "it was made in the future, at " + primary.getCreationTime().toInstant());
        }
        List<RecipientKey> usable = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (PGPPublicKey key : ring) {
            if (only.isPresent() && !KeyQuery.isOf(only.get(), key)) {
                continue;
            }
            try {
                Optional<Instant> its = key == primary ? usePrimary(primary, own) : useSubkey(key, signatures, now);
                Optional<Instant> first =
                        its.isPresent() && expiry.map(its.get()::isBefore).orElse(true) ? its : expiry;
                usable.add(new RecipientKey(key, first));
            } catch (Unusable e) {
                reasons.add((key == primary ? "its primary key" : "subkey " + KeyIds.format(key.getKeyID())) + " "
                        + e.getMessage());
            }
        }
        return usable.stream()
                .max(Comparator.<RecipientKey, Boolean>comparing(candidate -> candidate.key() != primary)
                        .thenComparing(candidate -> candidate.key().getCreationTime()))
                .orElseThrow(() -> new Unusable("it has no key to encrypt to: " + String.join(", ", reasons)));
    }

    private static void requireUnexpired(Optional<Instant> expiry, Instant now) throws Unusable {
        if (expiry.isPresent() && !expiry.get().isAfter(now)) {
            throw new Unusable("it expired at " + expiry.get());
        }
    }

    private static Optional<Instant> usePrimary(PGPPublicKey primary, PGPSignature own) throws Unusable {
        requireEncrypts(primary, own);
        return KeySignatures.expiry(primary, own);
    }

    private static Optional<Instant> useSubkey(PGPPublicKey key, KeySignatures signatures, Instant now)
            throws Unusable {
        PGPSignature binding = signatures
                .ofSubkey(key)
                .orElseThrow(() -> new Unusable("is not bound to the key by a valid signature"));
        requireEncrypts(key, binding);
        if (signatures.isRevoked(key)) {
            throw new Unusable("is revoked");
        }
        Optional<Instant> expiry = KeySignatures.expiry(key, binding);
        if (expiry.isPresent() && !expiry.get().isAfter(now)) {
            throw new Unusable("expired at " + expiry.get());
        }
        if (key.getCreationTime().toInstant().isAfter(now)) {
            throw new Unusable(
                    "was made in the future, at " + key.getCreationTime().toInstant());
        }
        return expiry;
    }

    /** Without flags, what the algorithm can do. */
    private static void requireEncrypts(PGPPublicKey key, PGPSignature signature) throws Unusable {
        boolean able = switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL,
                    RSA_ENCRYPT_ONLY,
                    PublicKeyAlgorithmTags.ELGAMAL_ENCRYPT,
                    PublicKeyAlgorithmTags.ECDH -> true;
            default -> false;
        };
        boolean flagged = signature.hasSubpackets()
                && signature.getHashedSubPackets().hasSubpacket(SignatureSubpacketTags.KEY_FLAGS);
        if (!able || flagged && (signature.getHashedSubPackets().getKeyFlags() & ENCRYPTS) == 0) {
            throw new Unusable("is for signing or certifying only");
        }
    }
}
