package org.walarchive.core.openpgp;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Names of keys, and the packets that hold session keys (RFC 4880, section 5.1). */
final class KeyIds {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private KeyIds() {}

    /** Returns the key that a session key is encrypted to; 0 if it does not tell. */
    static long recipient(byte[] packet) {
        return packet.length > 9 && packet[0] == 3 ? ByteBuffer.wrap(packet).getLong(1) : 0;
    }

    /** Returns the names of the keys that a message is encrypted to. */
    static String recipients(List<byte[]> packets) {
        if (packets.isEmpty()) {
            return "a passphrase, and to no key";
        }
        return packets.stream()
                .map(packet -> recipient(packet) == 0 ? "a key that is not named" : "key " + format(recipient(packet)))
                .collect(Collectors.joining(", "));
    }

    static String format(long keyId) {
        return HEX.toHexDigits(keyId);
    }

    static String format(byte[] fingerprint) {
        return HEX.formatHex(fingerprint);
    }

    /** Puts a header before the content of a session key's packet. */
    static byte[] packet(byte[] content) {
        return ByteBuffer.allocate(6 + content.length)
                .put((byte) (0xC0 | PacketTag.PUBLIC_KEY_SESSION))
                .put((byte) 255)
                .putInt(content.length)
                .put(content)
                .array();
    }
}
