package org.walarchive.core.openpgp;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;

/**
 * What names a key, as gpg understands it: an id or a fingerprint, of the key or a subkey; a mail address, which has to be the
 * user id's as a whole; {@code =} and a whole user id; or a part of the user id. Mail addresses and parts in any case.
 *
 * @param text what was given
 */
record KeyQuery(String text) {

    /** Returns the id or the fingerprint, in capitals. */
    private Optional<String> hex() {
        String hex = text.replaceFirst("^0[xX]", "").replaceFirst("!$", "").replace(" ", "");
        boolean isId = hex.matches("\\p{XDigit}+")
                && (hex.length() == 8 || hex.length() == 16 || hex.length() == 40 || hex.length() == 64);
        return isId ? Optional.of(hex.toUpperCase(Locale.ROOT)) : Optional.empty();
    }

    /** Returns the subkey that must be used, if a mark of exclamation says so. */
    Optional<String> onlyKey() {
        return text.endsWith("!") ? hex() : Optional.empty();
    }

    boolean matches(PGPPublicKeyRing ring) {
        List<String> fingerprints = new ArrayList<>();
        for (PGPPublicKey key : ring) {
            fingerprints.add(KeyIds.format(key.getFingerprint()));
        }
        return matches(fingerprints, userIds(ring.getPublicKey()));
    }

    boolean matches(List<String> fingerprints, List<String> userIds) {
        return hex().map(hex -> fingerprints.stream().anyMatch(fingerprint -> fingerprint.endsWith(hex)))
                .orElseGet(() -> userIds.stream().anyMatch(this::matchesUserId));
    }

    /** An id is the end of a fingerprint. */
    static boolean isOf(String hex, PGPPublicKey key) {
        return KeyIds.format(key.getFingerprint()).endsWith(hex);
    }

    private boolean matchesUserId(String userId) {
        if (text.startsWith("=")) {
            return userId.equals(text.substring(1));
        }
        String wanted = text.toLowerCase(Locale.ROOT);
        String offered = userId.toLowerCase(Locale.ROOT);
        if (wanted.matches("<[^ <>]+@[^ <>]+>")) {
            return offered.equals(wanted.substring(1, wanted.length() - 1)) || offered.endsWith(wanted);
        }
        if (wanted.matches("[^ <>]+@[^ <>]+")) {
            return offered.equals(wanted) || offered.endsWith("<" + wanted + ">");
        }
        return offered.contains(wanted);
    }

    static List<String> userIds(PGPPublicKey key) {
        List<String> ids = new ArrayList<>();
        for (Iterator<String> it = key.getUserIDs(); it.hasNext(); ) {
            ids.add(it.next());
        }
        return ids;
    }
}
