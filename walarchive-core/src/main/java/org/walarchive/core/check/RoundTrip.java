package org.walarchive.core.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.ServerException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalService;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.openpgp.Recipients;
import org.walarchive.core.server.ServerSession;
import org.walarchive.core.server.WalDirectory;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.StoreException;

/** Sends a segment of WAL all the way: the server ends it, its archive_command archives it, and it is fetched back and compared. */
final class RoundTrip {

    private static final String NAME = "round-trip";
    private static final long PAUSE_MILLIS = 200;

    private final ServerSession session;
    private final ArchiveStore archive;
    private final WalService wal;
    private final Results results;

    RoundTrip(ServerSession session, ArchiveStore archive, WalService wal, Results results) {
        this.session = session;
        this.archive = archive;
        this.wal = wal;
        this.results = results;
    }

    void run(Duration patience) throws ArchiveException, StoreException, InterruptedException {
        if (session.inRecovery()) {
            results.skip(NAME, "a server in recovery cannot end a segment");
            return;
        }
        Optional<String> nothing = reasonForNothing();
        if (nothing.isPresent()) {
            results.skip(NAME, nothing.get());
            return;
        }
        WalSegmentName segment = switchSegment();
        ArchivedEncryption encryption = new ArchivedEncryption(archive, results);
        try (ScratchDirectory scratch = ScratchDirectory.of(segment.toString())) {
            long begun = System.nanoTime();
            boolean there;
            try {
                there = await(WalFileName.of(segment), scratch.file(), patience);
            } catch (ConfigurationException e) {
                if (!(e.getCause() instanceof DecryptionException why)) {
                    throw e;
                }
                Optional<Recipients> recipients = encryption.of(segment);
                if (recipients.isEmpty()) { // it is another one by now
                    throw e;
                }
                new UndecryptedSegment(archive, results).tell(NAME, segment, recipients.get(), why);
                encryption.compare(segment, recipients);
                return;
            }
            report(segment, scratch.file(), there, Duration.ofNanos(System.nanoTime() - begun));
            if (there) {
                encryption.compare(segment);
            }
        }
    }

    /** There is no need to wait for a segment that nobody archives. */
    private Optional<String> reasonForNothing() throws ServerException, InterruptedException {
        if (setting("archive_mode").equals("off")) {
            return Optional.of("archive_mode is off");
        }
        boolean command = !Set.of("", "(disabled)").contains(setting("archive_command"));
        return command || !setting("archive_library").isEmpty()
                ? Optional.empty()
                : Optional.of("archive_command is not set");
    }

    private String setting(String name) throws ServerException, InterruptedException {
        return session.setting(name).orElse("");
    }

    /** A segment without a record in it would not be ended. */
    private WalSegmentName switchSegment() throws ServerException, InterruptedException {
        TimelineId timeline = session.writtenTimeline();
        session.value("write a record of WAL", "SELECT txid_current()");
        String function = session.hasWalNames() ? "pg_switch_wal()" : "pg_switch_xlog()";
        Lsn end = session.value("begin a new WAL segment", "SELECT " + function)
                .map(Lsn::parse)
                .orElseThrow();
        return WalSegmentName.endingAt(timeline, end, session.walSegmentSize());
    }

    private boolean await(WalFileName name, Path copy, Duration patience)
            throws ArchiveException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!isFetched(name, copy)) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    /** Where nothing was pushed before, there is no archive until this segment is in it. */
    private boolean isFetched(WalFileName name, Path copy) throws ArchiveException, InterruptedException {
        try {
            return wal.fetch(name, copy) == WalFetchResult.FETCHED;
        } catch (StoreAccessException e) {
            if (e.getCause() instanceof StoreException cause && cause.kind() == StoreException.Kind.NO_CONTAINER) {
                return false;
            }
            throw e;
        }
    }

    private void report(WalSegmentName segment, Path copy, boolean there, Duration took)
            throws ServerException, InterruptedException {
        if (!there) {
            results.fail(
                    NAME,
                    segment + " is not in the archive after " + took.toSeconds() + " s: " + session.archiverState(),
                    "The server's log has what archive_command printed. Does it name this archive?");
            return;
        }
        String text = segment + " came back from the archive after " + took.toMillis() + " ms";
        Optional<Path> original = session.dataDirectory()
                .flatMap(WalDirectory::in)
                .map(directory -> directory.resolve(segment.toString()));
        try {
            if (original.isPresent() && Files.mismatch(original.get(), copy) != -1) {
                results.fail(
                        NAME,
                        text + ", and is not what the server has",
                        "Does another server archive to this prefix? Do not rely on this archive before that is known.");
                return;
            }
            results.ok(NAME, text + (original.isPresent() ? ", byte for byte" : ""));
        } catch (NoSuchFileException e) {
            results.ok(NAME, text);
        } catch (IOException e) {
            results.ok(NAME, text + "; the server's cannot be read here");
        }
    }
}
