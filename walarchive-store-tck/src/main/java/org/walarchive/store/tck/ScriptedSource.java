package org.walarchive.store.tck;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.BlobSource;

/** A source for tests that does as it is told at a given byte, and counts how often it was opened and closed. */
final class ScriptedSource implements BlobSource {

    /** What happens once, before the byte at the offset is delivered. */
    interface Event {
        void happen() throws IOException;
    }

    private final byte[] content;
    private final OptionalLong declared;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private int largestRead = Integer.MAX_VALUE;
    private int eventOffset = -1;
    private @Nullable Event event;

    private ScriptedSource(byte[] content, OptionalLong declared) {
        this.content = content;
        this.declared = declared;
    }

    static ScriptedSource known(byte[] content) {
        return new ScriptedSource(content, OptionalLong.of(content.length));
    }

    static ScriptedSource unknown(byte[] content) {
        return new ScriptedSource(content, OptionalLong.empty());
    }

    static ScriptedSource declaring(long size, byte[] content) {
        return new ScriptedSource(content, OptionalLong.of(size));
    }

    /** Lets something happen at an offset; at the content's length, it happens instead of the end. */
    ScriptedSource at(int offset, Event happening) {
        this.eventOffset = offset;
        this.event = happening;
        return this;
    }

    ScriptedSource failingAt(int offset, IOException failure) {
        return at(offset, () -> {
            throw failure;
        });
    }

    /** Delivers at most this many bytes, and often fewer, with each read. */
    ScriptedSource dribbling(int largest) {
        this.largestRead = largest;
        return this;
    }

    int opened() {
        return opened.get();
    }

    int closed() {
        return closed.get();
    }

    @Override
    public OptionalLong sizeBytes() {
        return declared;
    }

    @Override
    public InputStream open() {
        opened.incrementAndGet();
        return new Stream();
    }

    private final class Stream extends InputStream {

        private int position;
        private boolean happened;
        private boolean streamClosed;

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
            if (event != null && !happened && position == eventOffset) {
                happened = true;
                event.happen();
            }
            if (position == content.length) {
                return -1;
            }
            int limit = happened || eventOffset <= position ? content.length : eventOffset;
            int dribble = largestRead == Integer.MAX_VALUE ? largestRead : 1 + (position * 31 + 7) % largestRead;
            int n = Math.min(Math.min(length, dribble), limit - position);
            System.arraycopy(content, position, target, offset, n);
            position += n;
            return n;
        }

        @Override
        public void close() {
            if (!streamClosed) {
                streamClosed = true;
                closed.incrementAndGet();
            }
        }
    }
}
