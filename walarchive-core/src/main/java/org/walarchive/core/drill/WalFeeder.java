package org.walarchive.core.drill;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalService;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * Answers the server's {@code restore_command}, a small script, from within this virtual machine: the library has no program that
 * PostgreSQL could call, and this saves starting one for each segment. The script puts a file into {@code ask}; the answer is a file
 * of one of three names in {@code answer}. While the server replays a segment, the next is fetched.
 */
final class WalFeeder implements AutoCloseable {

    /** Paths are relative to the data directory, where the server runs it, so that none has to be quoted. */
    static final String RESTORE_COMMAND = "/bin/sh ../wal/fetch.sh \"%f\" \"%p\"";

    /** 1 means that there is no such file, 255 stops recovery. */
    private static final String SCRIPT = """
            wal=../wal
            : >"$wal/ask/$1" || exit 255
            while :; do
                if [ -e "$wal/answer/$1.ready" ]; then
                    rm -f "$wal/answer/$1.ready"
                    mv -f "$wal/$1" "$2" || exit 255
                    exit 0
                elif [ -e "$wal/answer/$1.absent" ]; then
                    rm -f "$wal/answer/$1.absent"
                    exit 1
                elif [ -e "$wal/answer/$1.failed" ]; then
                    exit 255
                fi
                sleep 0.01 2>/dev/null || sleep 1
            done
            """;

    private static final int POLL_MILLIS = 5;
    private static final int LONGEST_CLOSE_SECONDS = 60;

    private final WalService wal;
    private final Path directory;
    private final WalSegmentSize size;
    private final TablespaceGuard guard;
    private final Set<WalFileName> ahead = new HashSet<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread feeder = new Thread(task, "walarchive-drill-wal");
        feeder.setDaemon(true);
        return feeder;
    });
    private final Future<?> feeding;
    private Progress progress = new Progress(0, Optional.empty(), Optional.empty());
    private @Nullable ArchiveException failure;

    /**
     * What the server was given.
     *
     * @param segments how many segments
     * @param last the last segment
     * @param absent the segment that was asked for last and is not in the archive
     */
    record Progress(int segments, Optional<WalSegmentName> last, Optional<WalSegmentName> absent) {}

    private WalFeeder(WalService wal, Path directory, WalSegmentSize size, TablespaceGuard guard) {
        this.wal = wal;
        this.directory = directory;
        this.size = size;
        this.guard = guard;
        this.feeding = thread.submit(this::feed);
    }

    static WalFeeder start(WalService wal, DrillDirectory drill, WalSegmentSize size, TablespaceGuard guard)
            throws LocalFileException {
        Path directory = drill.root().resolve("wal");
        try {
            Files.createDirectories(directory.resolve("ask"));
            Files.createDirectories(directory.resolve("answer"));
            Files.writeString(directory.resolve("fetch.sh"), SCRIPT);
        } catch (IOException e) {
            throw new LocalFileException("directory " + directory + " cannot be made", e.toString(), null, e);
        }
        return new WalFeeder(wal, directory, size, guard);
    }

    /** What was fed so far. */
    synchronized Progress progress() {
        return progress;
    }

    /**
     * Fails if feeding did.
     *
     * @throws ArchiveException why a file could not be fetched, or must not be replayed
     */
    void check() throws ArchiveException, InterruptedException {
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
        if (feeding.isDone()) {
            try {
                feeding.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void feed() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Optional<WalFileName> asked = asked();
                if (asked.isPresent()) {
                    answer(asked.get());
                } else {
                    Thread.sleep(POLL_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ArchiveException e) {
            fail(e);
        } catch (IOException e) {
            fail(new LocalFileException("WAL cannot be given to the drill's server", e.toString(), null, e));
        }
    }

    private synchronized void fail(ArchiveException cause) {
        failure = cause;
    }

    private Optional<WalFileName> asked() throws IOException {
        try (DirectoryStream<Path> asked = Files.newDirectoryStream(directory.resolve("ask"))) {
            for (Path file : asked) {
                Files.delete(file);
                return Optional.of(WalFileName.parse(file.getFileName().toString()));
            }
        }
        return Optional.empty();
    }

    private void answer(WalFileName name) throws IOException, ArchiveException, InterruptedException {
        boolean answered = false;
        try {
            boolean found = ahead.remove(name) || fetch(name);
            if (name.kind() == WalFileName.Kind.SEGMENT) {
                if (found) {
                    requireNoTablespace(name);
                }
                note(name.segment().orElseThrow(), found);
            }
            answer(name, found ? "ready" : "absent");
            answered = true;
            if (found && name.kind() == WalFileName.Kind.SEGMENT) {
                fetchAhead(WalFileName.of(name.segment().orElseThrow().next(size)));
            }
        } finally {
            if (!answered) {
                answer(name, "failed");
            }
        }
    }

    private void answer(WalFileName name, String word) throws IOException {
        Files.createFile(directory.resolve("answer").resolve(name + "." + word));
    }

    private boolean fetch(WalFileName name) throws ArchiveException, InterruptedException {
        return wal.fetch(name, directory.resolve(name.text())) == WalFetchResult.FETCHED;
    }

    /** A failure is of no importance: the server may never ask for the file. If it does, it will be fetched again. */
    private void fetchAhead(WalFileName name) throws InterruptedException {
        try {
            if (fetch(name)) {
                ahead.add(name);
            }
        } catch (ArchiveException e) {
            ahead.remove(name);
        }
    }

    private void requireNoTablespace(WalFileName name) throws IOException, ConfigurationException {
        Optional<TablespaceGuard.Creation> creation = guard.find(directory.resolve(name.text()));
        if (creation.isPresent()) {
            throw new ConfigurationException(
                    "the WAL of the backup creates tablespace " + creation.get().oid() + " at "
                            + creation.get().location(),
                    "The record is at " + creation.get().lsn()
                            + ". Its replay writes to that path, which may be in use on this machine.",
                    "Drill a backup that was taken after the tablespace was made.");
        }
    }

    /** At the end of WAL, the server asks for the last segment again. */
    private synchronized void note(WalSegmentName segment, boolean found) {
        boolean again = progress.last.equals(Optional.of(segment));
        progress = found
                ? new Progress(progress.segments + (again ? 0 : 1), Optional.of(segment), Optional.empty())
                : new Progress(progress.segments, progress.last, Optional.of(segment));
    }

    /** Stops feeding and waits until nothing is written any more. */
    @Override
    public void close() {
        thread.shutdownNow();
        boolean interrupted = false;
        for (int second = 0; second < LONGEST_CLOSE_SECONDS; second++) {
            try {
                if (thread.awaitTermination(1, TimeUnit.SECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
