package org.walarchive.core.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.StoreAccessException;
import org.walarchive.core.codec.Codec;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.openpgp.Encryptor;
import org.walarchive.core.openpgp.OpenPgp;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;

/** What every use case works with: the store, how to retry, until when, how to compress, who hears of it. */
public final class ArchiveStore {

    private final ArchiveConfig config;
    private final BlobStore direct;
    private final Time time;
    private final Retry retry;
    private final CommandDeadline deadline;
    private final BlobStore store;
    private final Codec codec;
    private final OpenPgp openPgp;
    private final Consumer<ArchiveEvent> events;

    /**
     * What an archive is used for.
     *
     * @param <T> what it gives
     */
    @FunctionalInterface
    public interface Command<T> {
        /** Does it with an archive that is good for this once. */
        T run(ArchiveStore archive) throws ArchiveException, InterruptedException;
    }

    /** Makes the context of one archive. */
    public ArchiveStore(ArchiveConfig config, BlobStore store, Consumer<ArchiveEvent> events) {
        this(config, store, () -> ThreadLocalRandom.current().nextLong(), Time.SYSTEM, events);
    }

    ArchiveStore(
            ArchiveConfig config, BlobStore store, RandomGenerator random, Time time, Consumer<ArchiveEvent> events) {
        CallLimit limit = new CallLimit(config.retryDeadline(), time, LoggerFactory.getLogger(CallLimit.class));
        this.config = config;
        this.direct = new LimitedStore(store, limit);
        this.time = time;
        this.deadline = CommandDeadline.none();
        this.retry = new Retry(
                config.retryDeadline(),
                deadline,
                events,
                new Retry.Surroundings(random, time, limit::queuedNanos, LoggerFactory.getLogger(Retry.class)));
        this.store = new RetryingStore(direct, retry);
        this.codec = Codecs.of(config.compression());
        this.openPgp = new OpenPgp(config.encryption());
        this.events = events;
    }

    /** The same archive, for one command or another listener. */
    private ArchiveStore(ArchiveStore other, CommandDeadline deadline, Consumer<ArchiveEvent> events) {
        this.config = other.config;
        this.direct = other.direct;
        this.time = other.time;
        this.deadline = deadline;
        this.retry = other.retry.within(deadline);
        this.store = new RetryingStore(direct, retry);
        this.codec = other.codec;
        this.openPgp = other.openPgp;
        this.events = events;
    }

    /** The same archive, of which somebody hears too what use cases tell; of retries only its own listener does. */
    public ArchiveStore listening(Consumer<ArchiveEvent> also) {
        return new ArchiveStore(this, deadline, events.andThen(also));
    }

    /**
     * Runs a command, within {@link ArchiveConfig#commandDeadline} if there is one.
     *
     * @param doing what it does: lower case, no full stop
     */
    public <T> T command(String doing, Command<T> command) throws ArchiveException, InterruptedException {
        if (config.commandDeadline().isEmpty()) {
            return command.run(this);
        }
        CommandDeadline end = CommandDeadline.in(config.commandDeadline().get(), time);
        return end.run(doing, () -> command.run(new ArchiveStore(this, end, events)));
    }

    /** The configuration. */
    public ArchiveConfig config() {
        return config;
    }

    /** The store, with retry. */
    public BlobStore store() {
        return store;
    }

    /** The store, without retry: for what is tried once only, and for what {@link #retry} repeats as a whole. */
    public BlobStore direct() {
        return direct;
    }

    /** How to repeat what is more than one call of the store. */
    public Retry retry() {
        return retry;
    }

    /** Until when the command goes on. */
    public CommandDeadline deadline() {
        return deadline;
    }

    /** How new objects are compressed. */
    public Codec codec() {
        return codec;
    }

    /**
     * Returns how new objects are made. To be asked for before anything is done that needs it: what hinders encryption is found
     * here.
     *
     * @throws ConfigurationException if objects are to be encrypted, and to a key that cannot be used
     */
    public ObjectWriter writer() throws ConfigurationException {
        return new ObjectWriter(codec, encryptor());
    }

    /**
     * Returns what encrypts new objects.
     *
     * @return empty if they are not encrypted
     * @throws ConfigurationException if they are to be encrypted to a key that cannot be used
     */
    public Optional<Encryptor> encryptor() throws ConfigurationException {
        return openPgp.encryptor();
    }

    /**
     * Makes a stream of what an object holds: decrypted if it is encrypted, then decompressed. All that reads objects of the
     * archive, other than the small ones that are never compressed, reads them by this. When the stream ends, all checksums and
     * the integrity of what was encrypted have been verified; else it fails as {@link Decoder#decompress} does, or with
     * {@link org.walarchive.core.openpgp.DecryptionException} where a key is missing.
     *
     * @param decoder how the object is compressed, which its name tells
     * @param stored the object as it is stored; closed with the returned stream
     */
    public InputStream plain(Decoder decoder, InputStream stored) {
        return decoder.decompress(openPgp.decrypt(stored));
    }

    /**
     * Tells whether an object that is encrypted to the same keys could be decrypted.
     *
     * @param recipients as {@link org.walarchive.core.openpgp.DecryptionException#recipients} names them
     */
    public boolean hasDecrypted(String recipients) {
        return openPgp.hasRead(recipients);
    }

    /** Tells the listener. */
    public void tell(ArchiveEvent event) {
        events.accept(event);
    }

    /** Returns the location of a key, for people. */
    public String locate(String key) {
        return config.location() + "/" + key;
    }

    /**
     * Reads a small object whole.
     *
     * @throws CorruptArchiveException if it is longer than the limit
     * @throws StoreException if it cannot be read; NOT_FOUND if it does not exist
     */
    public byte[] read(String key, int limitBytes) throws StoreException, ArchiveException {
        try {
            byte[] bytes = retry.call("read of " + key, () -> {
                try (BlobContent content = direct.get(key)) {
                    return readAtMost(content.stream(), limitBytes + 1L);
                }
            });
            if (bytes.length > limitBytes) {
                throw new CorruptArchiveException(
                        "object " + locate(key) + " is longer than " + limitBytes + " bytes", null, null);
            }
            return bytes;
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + key + " failed", null, e);
        }
    }

    private static byte[] readAtMost(InputStream stream, long limit) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        int n;
        while (bytes.size() < limit && (n = stream.read(buffer)) >= 0) {
            bytes.write(buffer, 0, n);
        }
        return bytes.toByteArray();
    }

    /** Tells whether there is an object, by asking for it: before what cannot be undone, as a list may lag behind. */
    public boolean isThere(String key) throws StoreException {
        try {
            store.get(key).close();
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        } catch (IOException e) {
            // it was opened
            return true;
        }
    }

    /** Calls for every object below a prefix, page by page. */
    public void forEach(String prefix, ListDepth depth, Consumer<BlobInfo> consumer) throws StoreException {
        String token = null;
        String last = null;
        do {
            ListPage page = store.list(prefix, depth, token);
            if (!page.blobs().isEmpty()) {
                requireProgress(prefix, last, page.blobs().get(0).key());
                last = page.blobs().get(page.blobs().size() - 1).key();
            }
            page.blobs().forEach(consumer);
            String next = page.nextPageToken().orElse(null);
            if (next != null && next.equals(token)) {
                throw unending(prefix, "it gives the same token again");
            }
            token = next;
        } while (token != null);
    }

    /** Stores list in ascending order, of characters or of UTF-8; a page that begins with what was listed begins a circle. */
    private static void requireProgress(String prefix, @Nullable String last, String first) throws StoreException {
        if (last != null && first.compareTo(last) <= 0 && compareUtf8(first, last) <= 0) {
            throw unending(prefix, "after " + last + " it lists " + first);
        }
    }

    private static int compareUtf8(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static StoreException unending(String prefix, String why) {
        return new StoreException(
                StoreException.Kind.INVALID, "the store's list of " + prefix + " does not go forward: " + why);
    }

    /** Lists the objects below a prefix of which there are few. */
    public List<BlobInfo> list(String prefix, ListDepth depth) throws StoreException {
        List<BlobInfo> blobs = new ArrayList<>();
        forEach(prefix, depth, blobs::add);
        return blobs;
    }

    /**
     * Turns a store's failure into the library's: an interrupt into {@link InterruptedException}, all else into a
     * {@link StoreAccessException} with the store's hint, or where it has none with a general one.
     *
     * @param doing what was wanted: lower case, no full stop
     */
    public static ArchiveException failure(String doing, StoreException e) throws InterruptedException {
        if (e.kind() == StoreException.Kind.INTERRUPTED) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException(doing + " was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
        return new StoreAccessException(doing + " failed", e.hint().isPresent() ? e : withHint(e));
    }

    private static StoreException withHint(StoreException e) {
        return new StoreException(
                e.kind(),
                String.valueOf(e.getMessage()),
                hint(e.kind()),
                e,
                e.retryAfter().orElse(null));
    }

    private static @Nullable String hint(StoreException.Kind kind) {
        return switch (kind) {
            case NO_CONTAINER -> "Is the prefix right? A bucket or container has to be there beforehand.";
            case ACCESS_DENIED ->
                "Are the credentials in force, and allowed to read, write, list and delete below the prefix?";
            case THROTTLED ->
                "The service asks for fewer requests. Lower WALARCHIVE_POOL_SIZE, or raise WALARCHIVE_RETRY_DEADLINE.";
            case UNAVAILABLE ->
                "Can the service be reached from this machine? WALARCHIVE_RETRY_DEADLINE is for how many seconds it is"
                        + " tried again.";
            case CORRUPT -> "Does a proxy, a network card or a disk change what is transferred?";
            case FROZEN -> "Have the object restored from cold storage first.";
            case NO_SPACE -> "Make room, or raise the quota.";
            case NOT_FOUND, INVALID, INTERRUPTED -> null;
        };
    }
}
