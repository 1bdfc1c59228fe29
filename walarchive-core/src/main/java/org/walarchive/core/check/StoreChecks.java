package org.walarchive.core.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.walarchive.ArchiveException;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/** Whether the store can be read, and written as an archive needs it: durable at once, and never over what is there. */
final class StoreChecks {

    private static final Duration TOLERATED_SKEW = Duration.ofMinutes(1);
    private static final int PROBE_LIMIT_BYTES = 1024;

    private final ArchiveStore archive;
    private final InstantSource clock;
    private final Results results;
    private Optional<SystemIdentifier> cluster = Optional.empty();

    StoreChecks(ArchiveStore archive, InstantSource clock, Results results) {
        this.archive = archive;
        this.clock = clock;
        this.results = results;
    }

    /** Returns whether the store can be read; without that nothing can be said of the archive. */
    boolean run() throws InterruptedException {
        boolean readable = results.attempt("store", () -> {
            // The directory of a file store that is not mounted must not be made by what follows.
            archive.list(ArchiveLayout.checkProbe(""), ListDepth.IMMEDIATE);
            cluster = new ClusterIdentity(archive).read();
            results.ok(
                    "store",
                    archive.config().location()
                            + cluster.map(known -> " is readable, and belongs to cluster " + known)
                                    .orElse(" is readable, and belongs to no cluster yet"));
        });
        if (readable) {
            results.attempt("store-write", this::probe);
        }
        return readable;
    }

    /** Returns the archive's cluster, once it was looked for. */
    Optional<SystemIdentifier> cluster() {
        return cluster;
    }

    private void probe() throws ArchiveException, StoreException {
        String key = ArchiveLayout.checkProbe(UUID.randomUUID().toString());
        byte[] content = ("written by a check at " + clock.instant() + "\n").getBytes(StandardCharsets.US_ASCII);
        if (put(key, content) != PutResult.WRITTEN) {
            results.fail(
                    "store-write",
                    "the store says that " + archive.locate(key) + ", a name that nobody has used, is there already",
                    "Does something between here and the store answer from a cache?");
            return;
        }
        Instant put = clock.instant();
        boolean same = Arrays.equals(content, archive.read(key, PROBE_LIMIT_BYTES));
        boolean refuses = put(key, new byte[] {'x'}) == PutResult.ALREADY_PRESENT;
        List<BlobInfo> listed = archive.list(key, ListDepth.ALL);
        if (!same) {
            results.fail(
                    "store-write",
                    archive.locate(key) + " is not read as it was written",
                    "This store cannot be used.");
        } else if (!refuses) {
            results.fail(
                    "store-write",
                    "the store overwrites an object that was to be written only if it is absent",
                    "Does the service support conditional writes? docs/stores says what each needs.");
        } else if (listed.size() != 1) {
            results.fail(
                    "store-write",
                    archive.locate(key) + " is not listed, though it was written",
                    "May this credential list? Without lists nothing can be deleted, verified or restored.");
        } else {
            remove(key);
            compareClocks(put, listed.get(0).lastModified());
        }
    }

    private PutResult put(String key, byte[] content) throws StoreException {
        try {
            return archive.store().put(key, BlobSource.of(content), PutMode.IF_ABSENT);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("a source in memory failed", e);
        }
    }

    private void remove(String key) throws StoreException {
        try {
            archive.store().delete(List.of(key));
            results.ok("store-write", "objects can be written, are not overwritten, are listed, and can be deleted");
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.ACCESS_DENIED) {
                throw e;
            }
            results.ok(
                    "store-write",
                    "objects can be written, are not overwritten, and are listed; this credential may not delete, and "
                            + archive.locate(key) + " stays");
        }
    }

    private void compareClocks(Instant here, Instant there) {
        Duration skew = Duration.between(here, there);
        String text =
                "the store's clock differs from this one's by " + skew.abs().toSeconds() + " s";
        if (skew.abs().compareTo(TOLERATED_SKEW) > 0) {
            results.warn(
                    "store-clock",
                    text,
                    "Set this machine's clock (NTP). Services refuse signatures of another time, and the age of objects decides what is in progress.");
        } else {
            results.ok("store-clock", text);
        }
    }
}
