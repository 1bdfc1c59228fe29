package org.walarchive.core.openpgp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * What the owner of a key says of it, by signatures that are verified: a file of keys may hold anything, such as a subkey that
 * somebody else added.
 */
final class KeySignatures {

    private final PGPPublicKey primary;

    KeySignatures(PGPPublicKey primary) {
        this.primary = primary;
    }

    /** Returns the newest signature that makes the primary key one: of a user id, or of the key itself. */
    Optional<PGPSignature> ofPrimary() {
        List<PGPSignature> valid = new ArrayList<>();
        for (Iterator<byte[]> ids = primary.getRawUserIDs(); ids.hasNext(); ) {
            byte[] id = ids.next();
            Iterator<PGPSignature> signatures = primary.getSignaturesForID(id);
            while (signatures != null && signatures.hasNext()) {
                PGPSignature signature = signatures.next();
                if (signature.isCertification() && verify(signature, s -> s.verifyCertification(id, primary))) {
                    valid.add(signature);
                }
            }
        }
        for (PGPSignature signature : ofType(primary, PGPSignature.DIRECT_KEY)) {
            if (verify(signature, s -> s.verifyCertification(primary))) {
                valid.add(signature);
            }
        }
        return newest(valid);
    }

    /** Returns the newest signature that binds a subkey to the primary key. */
    Optional<PGPSignature> ofSubkey(PGPPublicKey subkey) {
        return newest(ofType(subkey, PGPSignature.SUBKEY_BINDING).stream()
                .filter(signature -> verify(signature, s -> s.verifyCertification(primary, subkey)))
                .toList());
    }

    /**
     * Tells whether the primary key is revoked. A revocation by another key cannot be verified without that key, and is
     * believed.
     */
    boolean isRevoked() {
        return ofType(primary, PGPSignature.KEY_REVOCATION).stream()
                .anyMatch(signature -> signature.getKeyID() != primary.getKeyID()
                        || verify(signature, s -> s.verifyCertification(primary)));
    }

    boolean isRevoked(PGPPublicKey subkey) {
        return ofType(subkey, PGPSignature.SUBKEY_REVOCATION).stream()
                .anyMatch(signature -> signature.getKeyID() != primary.getKeyID()
                        || verify(signature, s -> s.verifyCertification(primary, subkey)));
    }

    /** Returns when a key ends that a signature of its owner describes. */
    static Optional<Instant> expiry(PGPPublicKey key, PGPSignature signature) {
        long seconds =
                signature.hasSubpackets() ? signature.getHashedSubPackets().getKeyExpirationTime() : 0;
        if (key.getVersion() < 4) {
            seconds = key.getValidSeconds();
        }
        return seconds == 0
                ? Optional.empty()
                : Optional.of(key.getCreationTime().toInstant().plusSeconds(seconds));
    }

    private static List<PGPSignature> ofType(PGPPublicKey key, int type) {
        List<PGPSignature> signatures = new ArrayList<>();
        key.getSignaturesOfType(type).forEachRemaining(signatures::add);
        return signatures;
    }

    /** A newer signature replaces an older one. */
    private static Optional<PGPSignature> newest(List<PGPSignature> signatures) {
        return signatures.stream().max(Comparator.comparing(PGPSignature::getCreationTime));
    }

    /** How one kind of signature is verified. */
    @FunctionalInterface
    private interface Verification {
        boolean of(PGPSignature signature) throws PGPException;
    }

    private boolean verify(PGPSignature signature, Verification verification) {
        if (signature.getKeyID() != primary.getKeyID()) {
            return false;
        }
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), primary);
            return verification.of(signature);
        } catch (PGPException | RuntimeException e) { // of a damaged signature, whatever comes
            return false;
        }
    }
}
