package org.walarchive.cli.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.walarchive.core.testing.OrdinaryUser;

/** WAL segments of 1 MB that no server wrote: the header is right, the rest is noise, as much as is asked for, and zeros. */
public final class MadeSegment {

    static final int BYTES = 1 << 20;

    private static final short MAGIC = (short) 0xD116;
    private static final int HEADER_BYTES = 40;

    private MadeSegment() {}

    static String name(int number) {
        return String.format("0000000100000000%08X", number);
    }

    /** Writes one that cannot be compressed, so that it is known what room it takes. */
    public static Path write(Path directory, int number) throws IOException {
        return write(directory, number, BYTES);
    }

    /**
     * Writes one into a directory, which is made if it is missing; both are the servers' user's.
     *
     * @param noiseBytes how much of it cannot be compressed
     */
    static Path write(Path directory, int number, int noiseBytes) throws IOException {
        byte[] noise = new byte[noiseBytes];
        new Random(number).nextBytes(noise);
        ByteBuffer content = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.put(0, noise);
        content.putShort(MAGIC)
                .putShort((short) 2)
                .putInt(1)
                .putLong((long) number * BYTES)
                .putInt(0)
                .putInt(0)
                .putLong(1)
                .putInt(BYTES)
                .putInt(8192);
        if (content.position() != HEADER_BYTES) {
            throw new IllegalStateException("the header has " + content.position() + " bytes");
        }
        Files.createDirectories(directory);
        Path file = Files.write(directory.resolve(name(number)), content.array());
        OrdinaryUser.give(directory);
        return file;
    }
}
