package org.walarchive.core.openpgp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a compressed packet holds (RFC 4880, section 5.6). A change to a message is often seen by the decompressor, long before
 * the end where the modification detection code is; it is damage all the same, and no failure of the disk or the network.
 */
final class CompressedContent extends InputStream {

    private final PacketReader packets;
    private final Source source;
    private final InputStream plain;
    private @Nullable Inflater inflater;

    private CompressedContent(PacketReader packets) throws IOException {
        this.packets = packets;
        source = new Source(packets.body());
        int algorithm = source.read();
        plain = switch (algorithm) {
            case 0 -> source;
            case 1 -> inflate(new Inflater(true));
            case 2 -> inflate(new Inflater());
            case 3 -> bzip2();
            default -> throw packets.source().corrupt("compression " + algorithm + " is not known");
        };
    }

    static InputStream open(PacketReader packets) throws IOException {
        return new CompressedContent(packets);
    }

    private InputStream inflate(Inflater with) {
        inflater = with;
        return new InflaterInputStream(source, with);
    }

    private InputStream bzip2() throws IOException {
        try {
            return new BZip2CompressorInputStream(source);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return plain.read(target, offset, length);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private IOException failure(IOException e) {
        return e == source.failure ? e : packets.source().corrupt("it cannot be decompressed: " + e.getMessage(), e);
    }

    /** Frees memory that the garbage collector does not see. */
    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
    }

    /** Remembers its failure. */
    private static final class Source extends FilterInputStream {
        private @Nullable IOException failure;

        Source(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
