package org.walarchive.store.azure;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.PartBuffer;

/**
 * One blob that is put in blocks, a few of them at once. For one thread. Closing it before it is committed ends what is being
 * sent; blocks that arrived are in no blob, and the service forgets them a week later, for it has no call to do so.
 */
final class BlockUpload implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BlockUpload.class);

    private static final int ID_BYTES = 20;
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final AzureCalls calls;
    private final ExecutorService threads;
    private final String key;
    private final BlockBlobClient blob;

    /**
     * Begins the ids of the blocks: two uploads of one blob at once must not take each other's. All ids of a blob must be of one
     * length.
     */
    private final UUID upload = UUID.randomUUID();

    private final Deque<Sending> sending = new ArrayDeque<>();
    private final List<String> blocks = new ArrayList<>();
    private final MessageDigest whole = Md5.digest();

    /** A block on its way. */
    private record Sending(long sizeBytes, FutureTask<String> block) {}

    BlockUpload(AzureCalls calls, ExecutorService threads, String key, BlockBlobClient blob) {
        this.calls = calls;
        this.threads = threads;
        this.key = key;
        this.blob = blob;
    }

    /** Returns the number of the next block. */
    int nextBlock() {
        return blocks.size() + sending.size() + 1;
    }

    /** Waits until there is room for a block in a number of bytes. */
    void awaitRoom(long blockBytes, long roomBytes) throws StoreException {
        long held = sending.stream().mapToLong(Sending::sizeBytes).sum();
        while (!sending.isEmpty()
                && (held + blockBytes > roomBytes || sending.peek().block().isDone())) {
            held -= sending.peek().sizeBytes();
            awaitOldest();
        }
    }

    /** Sends a block in another thread. */
    void add(PartBuffer content) throws StoreException {
        int number = nextBlock();
        if (number > BlockSizes.MOST_BLOCKS) {
            throw new StoreException(
                    Kind.INVALID, "cannot put " + key + ": it has more than " + BlockSizes.MOST_BLOCKS + " blocks");
        }
        calls.check();
        content.update(whole);
        Sending next = new Sending(content.size(), new FutureTask<>(() -> send(number, content)));
        try {
            threads.execute(next.block());
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("store was closed while " + key + " was put", e);
        }
        sending.add(next);
    }

    private String send(int number, PartBuffer content) throws StoreException {
        String id = id(number);
        return calls.call("cannot put block " + number + " of " + key, client -> {
            blob.stageBlockWithResponse(
                    new BlockBlobStageBlockOptions(id, Contents.data(content)).setContentMd5(Contents.md5(content)),
                    null,
                    Context.NONE);
            return id;
        });
    }

    private String id(int number) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(ID_BYTES)
                        .putLong(upload.getMostSignificantBits())
                        .putLong(upload.getLeastSignificantBits())
                        .putInt(number)
                        .array());
    }

    private void awaitOldest() throws StoreException {
        try {
            blocks.add(sending.remove().block().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.INTERRUPTED, "interrupted while " + key + " was put", null, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new IllegalStateException("block of " + key + " failed", e.getCause());
        }
    }

    /** Waits until all blocks are there, and makes the blob of them. */
    PutResult commit(PutMode mode, BlobHttpHeaders headers, BlobRequestConditions conditions) throws StoreException {
        while (!sending.isEmpty()) {
            awaitOldest();
        }
        BlockBlobCommitBlockListOptions options = new BlockBlobCommitBlockListOptions(blocks)
                .setHeaders(headers.setContentMd5(whole.digest()))
                .setRequestConditions(conditions);
        return calls.put(
                "cannot commit the blocks of " + key,
                mode,
                () -> blob.commitBlockListWithResponse(options, null, Context.NONE));
    }

    /**
     * Ends what is being sent. Requests that are about to end by themselves are let: their connections can be used again, where
     * one that is cut off while its answer arrives may break under the next request.
     */
    @Override
    public void close() {
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (Sending each : sending) {
            if (!Thread.currentThread().isInterrupted()) {
                awaitEnd(each.block(), deadline - System.nanoTime());
            }
            each.block().cancel(true);
        }
    }

    private static void awaitEnd(FutureTask<String> block, long nanos) {
        try {
            block.get(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.trace("a block of a put that failed", e);
        }
    }
}
