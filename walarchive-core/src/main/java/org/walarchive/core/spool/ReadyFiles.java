package org.walarchive.core.spool;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.walarchive.postgres.WalFileName;

/** The files that PostgreSQL waits to have archived, as {@code archive_status} tells. The directory is PostgreSQL's: it is only read. */
public final class ReadyFiles {

    /** PostgreSQL's order (ready_file_comparator in pgarch.c of PostgreSQL 15): histories first, then by name, which is by age on a timeline. */
    public static final Comparator<WalFileName> ORDER = Comparator.comparing(
                    (WalFileName name) -> name.kind() != WalFileName.Kind.HISTORY)
            .thenComparing(WalFileName::text);

    /** Of the files that say of a WAL file that it is ready. */
    public static final String SUFFIX = ".ready";

    private final Path walDirectory;
    private final Path statusDirectory;

    /**
     * What was ready at a moment.
     *
     * @param count how many files
     * @param first the first of them in PostgreSQL's order, as many as were asked for
     */
    public record Scan(int count, List<WalFileName> first) {

        /** Copies the list. */
        public Scan {
            first = List.copyOf(first);
        }
    }

    /** Of the directory of WAL, {@code pg_wal}. */
    public ReadyFiles(Path walDirectory) {
        this.walDirectory = walDirectory;
        this.statusDirectory = walDirectory.resolve("archive_status");
    }

    /** Returns where a file lies. */
    public Path path(WalFileName name) {
        return walDirectory.resolve(name.text());
    }

    /** Tells whether PostgreSQL still waits for a file. */
    public boolean contains(String name) {
        return Files.exists(statusDirectory.resolve(name + SUFFIX));
    }

    /**
     * Counts the files that have the size of a segment.
     *
     * @param limit how many names are wanted
     * @return how many wait, and some of them; nothing, where the directory does not exist
     */
    public Scan scanSegments(int limit) throws IOException {
        return scan(limit, name -> switch (name.kind()) {
            case SEGMENT, PARTIAL -> true;
            case HISTORY, BACKUP -> false;
        });
    }

    /**
     * Reads the whole directory, and keeps only what is asked for.
     *
     * @param limit how many names are wanted; memory is bounded by it
     * @return nothing, where the directory does not exist
     */
    public Scan scan(int limit) throws IOException {
        return scan(limit, name -> true);
    }

    private Scan scan(int limit, Predicate<WalFileName> wanted) throws IOException {
        int count = 0;
        PriorityQueue<WalFileName> first = new PriorityQueue<>(ORDER.reversed());
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(statusDirectory)) {
            for (Path entry : entries) {
                Optional<WalFileName> name = subject(entry, SUFFIX).filter(wanted);
                if (name.isPresent()) {
                    count++;
                    first.add(name.get());
                    if (first.size() > limit) {
                        first.remove();
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return new Scan(0, List.of());
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new Scan(count, first.stream().sorted(ORDER).toList());
    }

    /**
     * Returns the WAL file that a file of {@code archive_status} is about.
     *
     * @param suffix what it tells: {@link #SUFFIX}, or another of PostgreSQL's
     * @return empty if it tells something else, or is about no WAL file
     */
    public static Optional<WalFileName> subject(Path entry, String suffix) {
        String file = String.valueOf(entry.getFileName());
        return file.endsWith(suffix)
                ? WalFileName.recognise(file.substring(0, file.length() - suffix.length()))
                : Optional.empty();
    }
}
