package org.walarchive.core.wal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;

/** Holds the beginning and the length of a WAL file against its name. */
final class WalContentCheck {

    private WalContentCheck() {}

    /** The content is not what the name says; the message tells how. */
    static final class Mismatch extends Exception {
        private static final long serialVersionUID = 1;

        Mismatch(String message) {
            super(message);
        }
    }

    /**
     * Checks a file.
     *
     * @param head its first {@link WalPageHeader.LENGTH} bytes, fewer if it is shorter
     * @param lengthBytes its length
     * @return the cluster, where the content tells
     */
    static Optional<SystemIdentifier> check(WalFileName name, byte[] head, long lengthBytes) throws Mismatch {
        return switch (name.kind()) {
            case SEGMENT, PARTIAL -> Optional.of(segment(name, head, lengthBytes));
            case HISTORY, BACKUP -> {
                text(name, head, lengthBytes);
                yield Optional.empty();
            }
        };
    }

    private static SystemIdentifier segment(WalFileName name, byte[] head, long lengthBytes) throws Mismatch {
        WalPageHeader header = WalPageHeader.parse(head)
                .orElseThrow(() -> new Mismatch("It does not begin with the header of a WAL segment (" + lengthBytes
                        + " bytes, beginning with " + hex(head) + ")."));
        Optional<String> mismatch = header.mismatch(name.segment().orElseThrow(), lengthBytes);
        if (mismatch.isPresent()) {
            throw new Mismatch(mismatch.get());
        }
        return header.systemIdentifier();
    }

    /** History and backup files are short texts; what tells a torn one is emptiness or binary zeros. */
    private static void text(WalFileName name, byte[] head, long lengthBytes) throws Mismatch {
        if (lengthBytes == 0) {
            throw new Mismatch("It is empty.");
        }
        if (new String(head, StandardCharsets.ISO_8859_1).indexOf('\0') >= 0) {
            throw new Mismatch("It holds binary zeros instead of text (beginning with " + hex(head) + ").");
        }
        if (name.kind() == WalFileName.Kind.BACKUP
                && !new String(head, StandardCharsets.ISO_8859_1).startsWith("START WAL LOCATION: ")) {
            throw new Mismatch("It does not begin with START WAL LOCATION.");
        }
    }

    private static String hex(byte[] head) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(8, head.length); i++) {
            text.append(String.format("%02x", head[i]));
        }
        return text.isEmpty() ? "nothing" : text.toString();
    }
}
