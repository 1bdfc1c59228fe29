package org.walarchive.store.tck;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** What goes wrong with a call; nothing unless a method is overridden. Without state: one fault serves many calls. */
interface Fault {

    /** What a reader gets instead of the bytes at hand. */
    int GO_ON = Integer.MAX_VALUE;

    default void before(String call) throws StoreException {}

    default void after(String call) throws StoreException {}

    /** The key that is asked for instead. */
    default String key(String called) {
        return called;
    }

    default ListPage page(ListPage fresh) {
        return fresh;
    }

    default boolean stale() {
        return false;
    }

    /**
     * Called before bytes are read at a position.
     *
     * @return how many bytes may be read before the next call, or -1 for the end
     */
    default int beforeRead(String call, long position, CountDownLatch closed) throws IOException {
        return GO_ON;
    }

    /** Called with the bytes read, the first of which has the position. */
    default void bytes(long position, byte[] bytes, int offset, int length) {}

    /** Called at the end of the bytes. */
    default void atEnd(String call) throws IOException {}

    /** How many bytes there are up to an offset, where something happens. */
    static int until(long offset, long position) {
        return position < offset ? (int) Math.min(offset - position, GO_ON) : GO_ON;
    }

    static StoreException failure(Kind kind, String call) {
        if (kind == Kind.INTERRUPTED) {
            Thread.currentThread().interrupt();
        }
        return new StoreException(kind, "injected failure of " + call);
    }

    /** Fails at once. */
    record FailBefore(Kind kind) implements Fault {
        @Override
        public void before(String call) throws StoreException {
            throw failure(kind, call);
        }
    }

    /** Loses the reply. */
    record FailAfter(Kind kind) implements Fault {
        @Override
        public void after(String call) throws StoreException {
            throw failure(kind, call);
        }
    }

    /** Fails in the transfer. */
    record Break(long at, Kind kind) implements Fault {
        @Override
        public int beforeRead(String call, long position, CountDownLatch closed) throws IOException {
            if (position >= at) {
                throw failure(kind, call + " after " + position + " bytes");
            }
            return until(at, position);
        }

        @Override
        public void atEnd(String call) throws IOException {
            throw failure(kind, call + " at its end");
        }
    }

    /** Ends the transfer early. */
    record EndQuietly(long at) implements Fault {
        @Override
        public int beforeRead(String call, long position, CountDownLatch closed) {
            return position >= at ? -1 : until(at, position);
        }
    }

    /** Changes a byte. */
    record FlipBit(long at) implements Fault {
        @Override
        public void bytes(long position, byte[] bytes, int offset, int length) {
            if (at >= position && at < position + length) {
                bytes[offset + (int) (at - position)] ^= 1;
            }
        }
    }

    /** Blocks the transfer. */
    record Stall(long at) implements Fault {
        @Override
        public int beforeRead(String call, long position, CountDownLatch closed) throws IOException {
            if (position >= at) {
                await(call, closed);
                throw failure(Kind.UNAVAILABLE, call + ", closed while it stalled");
            }
            return until(at, position);
        }

        private static void await(String call, CountDownLatch closed) throws StoreException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw failure(Kind.INTERRUPTED, call);
            }
        }
    }

    /** Waits. */
    record Slow(Duration pause) implements Fault {
        @Override
        public void before(String call) throws StoreException {
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                throw failure(Kind.INTERRUPTED, call);
            }
        }
    }

    /** Runs something. */
    record Run(Runnable action) implements Fault {
        @Override
        public void before(String call) {
            action.run();
        }
    }

    /** Answers for another key. */
    record AnswerFor(UnaryOperator<String> other) implements Fault {
        @Override
        public String key(String called) {
            return other.apply(called);
        }
    }

    /** Leaves blobs out of a page. */
    record Hide(Predicate<String> hidden) implements Fault {
        @Override
        public ListPage page(ListPage fresh) {
            List<BlobInfo> blobs = fresh.blobs().stream()
                    .filter(blob -> !hidden.test(blob.key()))
                    .toList();
            return new ListPage(blobs, fresh.prefixes(), fresh.nextPageToken());
        }
    }

    /** Answers with an older page. */
    record Stale() implements Fault {
        @Override
        public boolean stale() {
            return true;
        }
    }
}
