package org.walarchive.core.openpgp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The packets of a message that hold its session key, each encrypted to another key; gpg makes one for each recipient. */
final class SessionPackets {

    private static final int MOST_RECIPIENTS = 64;

    /** All of them together: less than a pipe holds, so that handing them to gpg cannot block. */
    private static final int MOST_BYTES = 48 * 1024;

    private final List<byte[]> packets = new ArrayList<>();
    private int bytes;

    /**
     * Reads one.
     *
     * @param reader which is at such a packet
     * @throws org.walarchive.core.codec.CorruptStreamException if there are more of them than a message may have
     */
    void read(PacketReader reader) throws IOException {
        if (packets.size() == MOST_RECIPIENTS) {
            throw reader.source().corrupt("it has more than " + MOST_RECIPIENTS + " recipients");
        }
        byte[] packet = reader.whole();
        bytes += packet.length;
        if (bytes > MOST_BYTES) {
            throw reader.source().corrupt("its session keys have more than " + MOST_BYTES + " bytes");
        }
        packets.add(packet);
    }

    /** Returns their contents. */
    List<byte[]> all() {
        return List.copyOf(packets);
    }
}
