package org.walarchive.core.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.walarchive.LocalFileException;

/** Reads any bytes as {@code pg_control}. */
public final class ControlFileFuzz {

    private ControlFileFuzz() {}

    /** Reads the input as it is and with a checksum that agrees. */
    public static void fuzzerTestOneInput(byte[] input) {
        ControlFileParser parser = new ControlFileParser("pg_control");
        boolean accepted = parses(parser, input);
        Optional<Integer> crc = parser.wrongCrc(input);
        if (accepted && crc.isPresent()) {
            throw new AssertionError("it is accepted with a wrong checksum");
        }
        for (int at = 256; crc.isPresent() && at + 4 <= Math.min(input.length, 512); at += 4) {
            byte[] mended = input.clone();
            for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
                ByteBuffer.wrap(mended).order(order).putInt(at, crc.get());
                parses(parser, mended);
            }
        }
    }

    private static boolean parses(ControlFileParser parser, byte[] bytes) {
        try {
            ControlFile file = parser.parse(bytes);
            return file.walSegmentSize().bytes() > 0;
        } catch (LocalFileException e) {
            return false;
        }
    }
}
