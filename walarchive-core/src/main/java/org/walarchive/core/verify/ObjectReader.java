package org.walarchive.core.verify;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.channels.ClosedByInterruptException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.codec.MissingLibraryException;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.openpgp.OpenPgp;
import org.walarchive.core.progress.MeteredStream;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.CountingStream;
import org.walarchive.store.BlobContent;
import org.walarchive.store.StoreException;

/** Reads objects to their end, and turns what is wrong with an object into a fault. A store that fails ends it all. */
final class ObjectReader {

    private static final int HEAD_BYTES = 4;

    private final ArchiveStore archive;
    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong storedBytes = new AtomicLong();
    private final AtomicLong expandedBytes = new AtomicLong();
    private final AtomicBoolean decrypted = new AtomicBoolean();

    ObjectReader(ArchiveStore archive) {
        this.archive = archive;
    }

    /**
     * Looks at an object's content. Called again when the store breaks off, so it must not leave anything behind but its
     * result.
     */
    @FunctionalInterface
    interface Look<T> {
        T at(InputStream plain) throws IOException, ArchiveException;
    }

    /**
     * An object that was read.
     *
     * @param result what the look gave
     * @param stored the object itself
     */
    record Seen<T>(T result, Stored stored) {}

    /**
     * An object as it is stored.
     *
     * @param bytes its length
     * @param sha256 of it, in hexadecimal; empty unless asked for
     */
    record Stored(long bytes, String sha256) {}

    /** What a fault says of an object. */
    enum Kind {
        /** It is not what it should be. */
        WRONG,
        /** It could not be decrypted: for want of a key, and then it may be whole, or because it is damaged. */
        NOT_DECRYPTED,
        /** For want of a library it could not be looked at: it may be whole. */
        NO_LIBRARY,
        /** It was not looked at for another reason: it may be whole. */
        NOT_READ
    }

    /** The object is not what it should be, or could not be looked at; the message says how. */
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        private final Kind kind;
        private final @Nullable String hint;
        private final @Nullable String recipients;
        private final transient @Nullable Stored stored;

        Fault(String message) {
            this(message, Kind.WRONG, null, null, null);
        }

        private Fault(
                String message,
                Kind kind,
                @Nullable String hint,
                @Nullable String recipients,
                @Nullable Stored stored) {
            super(message, null, false, false); // there may be as many as objects
            this.kind = kind;
            this.hint = hint;
            this.recipients = recipients;
            this.stored = stored;
        }

        /** Of an object that could not be decrypted: the keys that it is encrypted to, where that is known. */
        Optional<String> recipients() {
            return Optional.ofNullable(recipients);
        }

        /** Of an object that could not be looked into, where its digest was asked for: what can be said without. */
        Optional<Stored> stored() {
            return Optional.ofNullable(stored);
        }

        /** What to do, where that is not what is to be done about damage. */
        Optional<String> hint() {
            return Optional.ofNullable(hint);
        }

        Kind kind() {
            return kind;
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    /** Whether the digest of an object is wanted. */
    enum Digest {
        NONE,
        SHA_256
    }

    <T> Seen<T> read(String key, String extension, Digest digest, ProgressMeter.Part part, Look<T> look)
            throws Fault, ArchiveException, StoreException {
        Optional<Decoder> codec = Codecs.forExtension(extension).map(Decoder::forLargeContent);
        if (codec.isEmpty()) {
            throw new Fault("compression ." + extension + " is not known");
        }
        try {
            return archive.retry().call("check of " + key, () -> once(key, codec.get(), digest, part, look));
        } catch (DecryptionException e) {
            throw new Fault(
                    "it is encrypted and not readable here: " + e.getMessage(),
                    Kind.NOT_DECRYPTED,
                    "It may be whole. " + e.hint(),
                    e.recipients().orElse(null),
                    stored(key, digest, part));
        } catch (MissingLibraryException e) {
            throw new Fault(
                    "it is not readable here: " + e.getMessage(),
                    Kind.NO_LIBRARY,
                    "It may be whole. " + e.hint(),
                    null,
                    stored(key, digest, part));
        } catch (CorruptStreamException e) {
            throw new Fault("it is damaged: " + e.getMessage());
        } catch (CorruptArchiveException e) {
            throw new Fault(e.detail().orElse(e.getMessage()));
        } catch (StoreException e) {
            throw fault(e);
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + key + " failed", null, e);
        }
    }

    private static Fault fault(StoreException e) throws StoreException {
        return switch (e.kind()) {
            case NOT_FOUND -> new Fault("it was listed, and is gone");
            case CORRUPT -> new Fault("the store does not give it as it was put: " + e.getMessage());
            case FROZEN -> new Fault("it lies in cold storage and was not read", Kind.NOT_READ, null, null, null);
            case NO_CONTAINER, ACCESS_DENIED, THROTTLED, UNAVAILABLE, NO_SPACE, INVALID, INTERRUPTED -> throw e;
        };
    }

    /** Reads what cannot be looked into, for its digest. */
    private @Nullable Stored stored(String key, Digest kind, ProgressMeter.Part part)
            throws Fault, ArchiveException, StoreException {
        if (kind == Digest.NONE) {
            return null;
        }
        try {
            return archive.retry().call("check of " + key, () -> {
                MessageDigest digest = sha256();
                try (BlobContent content = archive.direct().get(key)) {
                    InputStream raw = new DigestInputStream(content.stream(), digest);
                    CountingStream stored = new CountingStream(new MeteredStream(raw, part));
                    stored.transferTo(OutputStream.nullOutputStream());
                    objects.incrementAndGet();
                    storedBytes.addAndGet(stored.count());
                    return new Stored(stored.count(), HexFormat.of().formatHex(digest.digest()));
                }
            });
        } catch (StoreException e) {
            throw fault(e);
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "read of " + key + " failed", null, e);
        }
    }

    private <T> Seen<T> once(String key, Decoder codec, Digest kind, ProgressMeter.Part part, Look<T> look)
            throws IOException, ArchiveException {
        MessageDigest digest = sha256();
        try (BlobContent content = archive.direct().get(key)) {
            InputStream raw =
                    kind == Digest.SHA_256 ? new DigestInputStream(content.stream(), digest) : content.stream();
            CountingStream stored = new CountingStream(new MeteredStream(raw, part));
            byte[] head = stored.readNBytes(HEAD_BYTES);
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), stored);
            try (CountingStream plain = new CountingStream(archive.plain(codec, whole))) {
                T result = look.at(plain);
                // checksums are at the end of blocks, frames and streams
                plain.transferTo(OutputStream.nullOutputStream());
                if (OpenPgp.isEncrypted(head)) {
                    decrypted.set(true);
                }
                objects.incrementAndGet();
                storedBytes.addAndGet(stored.count());
                expandedBytes.addAndGet(plain.count());
                String sha256 = kind == Digest.SHA_256 ? HexFormat.of().formatHex(digest.digest()) : "";
                return new Seen<>(result, new Stored(stored.count(), sha256));
            }
        }
    }

    /** Tells whether any object that is encrypted could be read. */
    boolean hasDecrypted() {
        return decrypted.get();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    long objects() {
        return objects.get();
    }

    long storedBytes() {
        return storedBytes.get();
    }

    long expandedBytes() {
        return expandedBytes.get();
    }

    /** Returns the failure to throw for what a pool's work threw. */
    static ArchiveException failure(String doing, Throwable cause) throws InterruptedException {
        if (cause instanceof ArchiveException e) {
            return e;
        }
        if (cause instanceof StoreException e) {
            return ArchiveStore.failure(doing, e);
        }
        if (cause instanceof InterruptedException e) {
            throw e;
        }
        if (cause instanceof ClosedByInterruptException || cause instanceof InterruptedIOException) {
            throw (InterruptedException) new InterruptedException(doing + " was interrupted").initCause(cause);
        }
        if (cause instanceof Error e) {
            throw e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        throw new IllegalStateException(cause);
    }
}
