package org.walarchive.core.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.walarchive.postgres.SystemIdentifier;

/** Control files as PostgreSQL 13 to 16 write them, with what is needed to be read. */
public final class ControlFileBuilder {

    private ControlFileBuilder() {}

    private static final int IN_PRODUCTION = 6;

    /** Puts one of a running primary into a data directory. */
    public static void write(Path data, SystemIdentifier cluster, byte[] secret) {
        write(data, cluster, secret, IN_PRODUCTION);
    }

    /** Puts one into a data directory, with a state by its number in PostgreSQL. */
    public static void write(Path data, SystemIdentifier cluster, byte[] secret, int state) {
        ByteBuffer file = ByteBuffer.allocate(8192)
                .order(ByteOrder.nativeOrder())
                .putLong(0, cluster.value())
                .putInt(8, 1300)
                .putInt(12, 202209061)
                .putInt(16, state)
                .putInt(48, 1)
                .putInt(52, 1)
                .putInt(216, 8192)
                .putInt(228, 16 << 20);
        System.arraycopy(secret, 0, file.array(), 256, secret.length);
        CRC32C crc = new CRC32C();
        crc.update(file.array(), 0, 288);
        file.putInt(288, (int) crc.getValue());
        SegmentBuilder.write(data.resolve("global/pg_control"), file.array());
    }
}
