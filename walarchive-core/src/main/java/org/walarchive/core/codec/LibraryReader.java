package org.walarchive.core.codec;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream by a library that may be absent, and is as strict as the other readers: what the library takes for damage is told
 * as damage, what the source fails with passes, and nothing may follow.
 */
final class LibraryReader extends BlockStream {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final String format;
    private final CompressedSource source;
    private final String library;
    private final Opening opening;
    private final Fed fed = new Fed();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private @Nullable InputStream decoder;

    /** Makes the library's stream. */
    @FunctionalInterface
    interface Opening {
        InputStream of(InputStream compressed) throws IOException;
    }

    LibraryReader(String format, String library, InputStream compressed, Opening opening) {
        this.format = format;
        this.source = new CompressedSource(format, compressed);
        this.library = library;
        this.opening = opening;
    }

    @Override
    protected boolean makeBlock() throws IOException {
        int count;
        try {
            if (decoder == null) {
                decoder = opening.of(fed);
            }
            count = decoder.read(buffer, 0, buffer.length);
        } catch (LinkageError e) {
            throw new MissingLibraryException(format, library, e);
        } catch (IOException | RuntimeException e) { // the decoders name no closed set of exceptions for damaged input
            if (fed.failure != null) {
                throw fed.failure;
            }
            String fault =
                    source.atEnd() ? "it is damaged, ends early, or is encrypted" : "it is damaged, or encrypted";
            throw source.corrupt(
                    fault + " in a way that cannot be read here, as WAL-G does with libsodium or a KMS: "
                            + e.getMessage(),
                    e);
        }
        if (count > 0) {
            supply(buffer, 0, count);
            return true;
        }
        if (!source.atEnd()) {
            throw source.corrupt("other bytes follow the stream");
        }
        return false;
    }

    @Override
    protected void release() throws IOException {
        source.close();
    }

    /** The source as the library reads it; remembers what the source failed with. */
    private final class Fed extends InputStream {

        private @Nullable IOException failure;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            try {
                return source.atEnd() ? -1 : source.readAvailable(target, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
