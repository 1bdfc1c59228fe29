package org.walarchive.core.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Compresses a stream block by block: with workers several at once, while the reader of this stream reads the next content and
 * takes away what is compressed; without, one after the other in its thread. The bytes are the same.
 */
final class BlockWriter extends BlockStream {

    private static final int PAGE_BYTES = 4096;

    private final InputStream plain;
    private final BlockEncoding encoding;
    private final @Nullable CompressionWorkers workers;
    private final Executor executor;
    /** What is being compressed, in the order of the content. */
    private final Deque<Block> underWay = new ArrayDeque<>();

    private final Deque<Block> idle = new ArrayDeque<>();
    private @Nullable Block given;
    private int blocks;
    private int reservedBytes;
    /** The beginning of the next block, by which the last one is known: a page, so that a file is read from page to page. */
    private final byte[] ahead;

    private int aheadLength;

    private State state = State.HEAD;

    private enum State {
        HEAD,
        BLOCKS,
        TAIL,
        ENDED
    }

    BlockWriter(InputStream plain, BlockEncoding encoding) {
        this(plain, encoding, null, task -> {}); // whoever waits for the block runs it
    }

    BlockWriter(InputStream plain, BlockEncoding encoding, CompressionWorkers workers) {
        this(plain, encoding, workers, workers.executor());
    }

    private BlockWriter(
            InputStream plain, BlockEncoding encoding, @Nullable CompressionWorkers workers, Executor executor) {
        this.plain = plain;
        this.encoding = encoding;
        this.workers = workers;
        this.executor = executor;
        this.ahead = new byte[Math.min(PAGE_BYTES, encoding.blockBytes())];
    }

    /** Content on its way to be compressed. */
    private final class Block {
        private final byte[] content = new byte[encoding.blockBytes()];
        private byte[] output = {};
        private @Nullable FutureTask<Integer> work;

        void begin(int length, BlockEncoding.Position position) {
            int needed = encoding.maxCompressedBytes(length);
            if (output.length < needed) {
                output = new byte[needed];
            }
            work = new FutureTask<>(() -> encoding.compress(content, length, position, output));
            executor.execute(work);
        }

        /** Compresses it in this thread unless another one does, and returns how many bytes of the output it has. */
        int await() throws IOException {
            FutureTask<Integer> task = work;
            if (task == null) {
                throw new IllegalStateException("the block was not begun");
            }
            task.run();
            try {
                return task.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a block was compressed");
            } catch (ExecutionException e) {
                throw new IOException("a block cannot be compressed", e.getCause());
            }
        }

        /** Nobody waits for it any more. */
        void abandon() {
            FutureTask<Integer> task = work;
            if (task != null) {
                task.cancel(false);
            }
        }
    }

    @Override
    protected boolean makeBlock() throws IOException {
        if (given != null) {
            idle.add(given);
            given = null;
        }
        if (state == State.HEAD) {
            aheadLength = fill(plain, ahead, 0);
            state = aheadLength > 0 || encoding.hasEmptyBlock() ? State.BLOCKS : State.TAIL;
            return supplyAll(encoding.head());
        }
        beginBlocks();
        Block next = underWay.poll();
        if (next != null) {
            supply(next.output, 0, next.await());
            given = next;
            return true;
        }
        if (state == State.TAIL) {
            state = State.ENDED;
            return supplyAll(encoding.tail());
        }
        return false;
    }

    private boolean supplyAll(byte[] bytes) {
        supply(bytes, 0, bytes.length);
        return true;
    }

    private void beginBlocks() throws IOException {
        while (state == State.BLOCKS) {
            Block block = idleOrNew();
            if (block == null) {
                return;
            }
            int length = fill(block.content);
            aheadLength = length == block.content.length ? fill(plain, ahead, 0) : 0;
            encoding.append(block.content, length);
            block.begin(length, aheadLength == 0 ? BlockEncoding.Position.LAST : BlockEncoding.Position.INNER);
            underWay.add(block);
            if (aheadLength == 0) {
                state = State.TAIL;
            }
        }
    }

    /** Begins with what was read ahead, which is less than there is room for only at the end of the source. */
    private int fill(byte[] content) throws IOException {
        System.arraycopy(ahead, 0, content, 0, aheadLength);
        return aheadLength < ahead.length ? aheadLength : aheadLength + fill(plain, content, aheadLength);
    }

    /** Returns a block to fill, or null when as many as may be are under way. */
    private @Nullable Block idleOrNew() {
        Block block = idle.poll();
        if (block != null) {
            return block;
        }
        if (blocks > 0 && !mayHaveAnother()) {
            return null;
        }
        blocks++;
        return new Block();
    }

    private boolean mayHaveAnother() {
        if (workers == null || blocks >= workers.blocksPerStream()) {
            return false;
        }
        int bytes = 2 * encoding.blockBytes();
        if (!workers.tryReserve(bytes)) {
            return false;
        }
        reservedBytes += bytes;
        return true;
    }

    @Override
    protected void release() throws IOException {
        for (Block block : underWay) {
            block.abandon();
        }
        underWay.clear();
        if (workers != null && reservedBytes > 0) {
            workers.release(reservedBytes);
        }
        plain.close();
    }
}
