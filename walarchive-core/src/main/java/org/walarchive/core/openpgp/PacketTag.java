package org.walarchive.core.openpgp;

/** Types of packets (RFC 4880, section 4.3; 20 is GnuPG's; 21 is of RFC 9580). */
final class PacketTag {

    static final int PUBLIC_KEY_SESSION = 1;
    static final int SIGNATURE = 2;
    static final int SYMMETRIC_KEY_SESSION = 3;
    static final int ONE_PASS_SIGNATURE = 4;
    static final int COMPRESSED = 8;
    static final int ENCRYPTED = 9;
    static final int MARKER = 10;
    static final int LITERAL = 11;
    static final int INTEGRITY_PROTECTED = 18;
    static final int AEAD_ENCRYPTED = 20;
    static final int PADDING = 21;

    /** The first of four types for private use, which every reader passes over. */
    static final int FIRST_PRIVATE = 60;

    private PacketTag() {}

    /** Tells whether a packet is the content of an encrypted message. */
    static boolean isContent(int tag) {
        return tag == ENCRYPTED || tag == INTEGRITY_PROTECTED || tag == AEAD_ENCRYPTED;
    }

    /** Tells whether a packet says nothing, wherever it stands. */
    static boolean isIgnorable(int tag) {
        return tag == MARKER || tag == PADDING || tag >= FIRST_PRIVATE;
    }

    /** Tells whether the length of such a packet need not be known when it begins. */
    static boolean maybePartial(int tag) {
        return switch (tag) {
            case COMPRESSED, ENCRYPTED, LITERAL, INTEGRITY_PROTECTED, AEAD_ENCRYPTED -> true;
            default -> false;
        };
    }
}
