package org.walarchive.core.prefetch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What lies beside a prefetched file once it is complete, and says which one it is: {@code NAME.ok}.
 *
 * @param address the archive it came from
 * @param identity the file, see {@link org.walarchive.core.spool.FileIdentity}
 * @param head its first bytes, in hexadecimal digits
 */
record Ticket(String address, String identity, String head) {

    /** More than any address, identity and header have. */
    static final int LONGEST_BYTES = 16 * 1024;

    private static final HexFormat HEX = HexFormat.of();

    static Ticket of(String address, String identity, byte[] head) {
        return new Ticket(address, identity, HEX.formatHex(head));
    }

    byte[] bytes() {
        return (address + "\n" + identity + "\n" + head + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Tells whether these bytes, and no others, are in the file. */
    boolean isWrittenAs(byte[] content) {
        return Arrays.equals(bytes(), content);
    }
}
