package org.walarchive.store.azure;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.PartBuffer;
import org.walarchive.store.support.PartsInFlight;

/**
 * One blob that is put in blocks, a few of them at once. For one thread. Closing it before it is committed ends what is being
 * sent; blocks that arrived are in no blob, and the service forgets them a week later, for it has no call to do so.
 */
final class BlockUpload implements AutoCloseable {

    private static final int ID_BYTES = 20;

    private final AzureCalls calls;
    private final String key;
    private final BlockBlobClient blob;

    /**
     * Begins the ids of the blocks: two uploads of one blob at once must not take each other's. All ids of a blob must be of one
     * length.
     */
    private final UUID upload = UUID.randomUUID();

    private final PartsInFlight<String> blocks;
    private final MessageDigest whole = Md5.digest();

    BlockUpload(AzureCalls calls, ExecutorService threads, String key, BlockBlobClient blob) {
        this.calls = calls;
        this.blocks = new PartsInFlight<>(key, threads);
        this.key = key;
        this.blob = blob;
    }

    /** Returns the number of the next block. */
    int nextBlock() {
        return blocks.added() + 1;
    }

    /** Waits until there is room for a block in a number of bytes. */
    void awaitRoom(long blockBytes, long roomBytes) throws StoreException {
        blocks.awaitRoom(blockBytes, roomBytes);
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
        blocks.add(content.size(), () -> send(number, content));
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

    /** Waits until all blocks are there, and makes the blob of them. */
    PutResult commit(PutMode mode, BlobHttpHeaders headers, BlobRequestConditions conditions) throws StoreException {
        BlockBlobCommitBlockListOptions options = new BlockBlobCommitBlockListOptions(blocks.awaitAll())
                .setHeaders(headers.setContentMd5(whole.digest()))
                .setRequestConditions(conditions);
        return calls.put(
                "cannot commit the blocks of " + key,
                mode,
                () -> blob.commitBlockListWithResponse(options, null, Context.NONE));
    }

    /** Ends what is being sent. */
    @Override
    public void close() {
        blocks.close();
    }
}
