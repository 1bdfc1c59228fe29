package org.walarchive.core.backup;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.BackupState;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RestoreRequest;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.MeantBackup;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** Finds the base backups of an archive: those that have a sentinel, and where it is asked for, those that have none. */
public final class BackupList {

    private final ArchiveStore archive;
    private final Clock clock;

    /** Makes the use case for an archive. */
    public BackupList(ArchiveStore archive) {
        this(archive, Clock.systemUTC());
    }

    /** Makes the use case with a clock that tells what is being taken from what was given up. */
    public BackupList(ArchiveStore archive, Clock clock) {
        this.archive = archive;
        this.clock = clock;
    }

    /** See {@link org.walarchive.BackupService#list(ListDetail)}. */
    public List<Backup> list(ListDetail detail) throws ArchiveException, InterruptedException {
        return detail == ListDetail.OBJECTS ? examine(Inventory.listBackups(archive)) : details(names(), detail);
    }

    /** See {@link org.walarchive.BackupService#list(String, ListDetail)}. */
    public List<Backup> list(String query, ListDetail detail) throws ArchiveException, InterruptedException {
        if (!isQuery(query)) {
            throw invalid(query, Stream.empty());
        }
        if (detail != ListDetail.OBJECTS) {
            return details(select(names(), query), detail);
        }
        List<BackupObjects> all = Inventory.listBackups(archive);
        if (!query.equals(RestoreRequest.LATEST)) {
            return examine(matching(all, query, objects -> objects.name().toString()));
        }
        Optional<BackupObjects> latest = all.stream()
                .filter(objects -> objects.sentinel().isPresent())
                .max(Comparator.comparing((BackupObjects objects) ->
                                objects.sentinel().orElseThrow().lastModified())
                        .thenComparing(objects -> objects.name().toString()));
        return examine(latest.stream().toList());
    }

    /** A name of WAL-G's may be the beginning of another's: then it stands for itself. */
    private static <T> List<T> matching(List<T> all, String query, Function<T, String> name) {
        List<T> exact =
                all.stream().filter(each -> name.apply(each).equals(query)).toList();
        return exact.isEmpty()
                ? all.stream()
                        .filter(each -> name.apply(each).startsWith(query))
                        .toList()
                : exact;
    }

    private List<Backup> names() throws ArchiveException, InterruptedException {
        try {
            List<Backup> backups = new ArrayList<>();
            for (BlobInfo blob : archive.list(ArchiveLayout.BASE_BACKUPS, ListDepth.IMMEDIATE)) {
                ArchiveLayout.parseSentinel(blob.key())
                        .ifPresent(name -> backups.add(new Backup(name, blob.lastModified(), Optional.empty())));
            }
            backups.sort(Comparator.comparing(backup -> backup.name().toString()));
            return backups;
        } catch (StoreException e) {
            throw listFailure(e);
        }
    }

    private ArchiveException listFailure(StoreException e) throws InterruptedException {
        return ArchiveStore.failure(
                "list of the base backups in " + archive.config().location(), e);
    }

    private List<Backup> details(List<Backup> backups, ListDetail detail)
            throws ArchiveException, InterruptedException {
        if (detail == ListDetail.NAMES) {
            return backups;
        }
        List<Backup> detailed = new ArrayList<>();
        for (Backup backup : backups) {
            Optional<Sentinel> sentinel = readListed(backup.name());
            sentinel.ifPresent(found -> detailed.add(
                    new Backup(backup.name(), backup.lastModified(), Optional.of(SentinelDetails.of(found)))));
        }
        return detailed;
    }

    private List<Backup> examine(List<BackupObjects> backups) throws ArchiveException, InterruptedException {
        Instant now = clock.instant();
        List<Backup> examined = new ArrayList<>();
        for (BackupObjects objects : backups) {
            if (objects.sentinel().isEmpty()) {
                examined.add(BackupExamination.withoutSentinel(objects, now));
                continue;
            }
            try {
                Optional<Sentinel> sentinel = readListed(objects.name());
                if (sentinel.isPresent()) {
                    examined.add(BackupExamination.of(archive, objects, sentinel.get()));
                }
            } catch (CorruptArchiveException e) {
                examined.add(BackupExamination.unreadable(objects, e));
            }
        }
        return examined;
    }

    /** Reads a sentinel; empty if the backup was deleted since it was listed. */
    private Optional<Sentinel> readListed(BackupName name) throws ArchiveException, InterruptedException {
        try {
            return Optional.of(read(name));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw listFailure(e);
        }
    }

    private Sentinel read(BackupName name) throws StoreException, ArchiveException {
        String key = ArchiveLayout.sentinel(name);
        return SentinelJson.read(key, archive.read(key, SentinelJson.MAX_LENGTH_BYTES));
    }

    /** Reads the sentinel of a backup that {@link #resolve} found. */
    Sentinel sentinel(BackupName name) throws ArchiveException, InterruptedException {
        try {
            return read(name);
        } catch (StoreException e) {
            throw ArchiveStore.failure("read of the sentinel of " + name, e);
        }
    }

    /**
     * Finds one backup.
     *
     * @param query a name; the beginning of one name; or LATEST: the backup whose sentinel was put last
     * @throws BackupNotFoundException if there is none, or the beginning is that of several
     */
    public Backup resolve(String query) throws ArchiveException, InterruptedException {
        List<Backup> all = names();
        if (!isQuery(query)) {
            throw invalid(query, all.stream().map(Backup::name));
        }
        List<Backup> found = select(all, query);
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new BackupNotFoundException(
                    "no backups found for fetching",
                    "No backup matching the query \"" + query + "\" was found in "
                            + archive.config().location() + ".",
                    MeantBackup.question(query, all.stream().map(Backup::name))
                            + "backup-list shows the backups there are.");
        }
        throw new BackupNotFoundException(
                "\"" + query + "\" is the beginning of the names of " + found.size() + " backups",
                "The first are " + found.get(0).name() + " and " + found.get(1).name() + ".",
                "Give more of the name, or LATEST.");
    }

    private static boolean isQuery(String query) {
        return query.equals(RestoreRequest.LATEST) || BackupName.isPrefix(query);
    }

    private static BackupNotFoundException invalid(String query, Stream<BackupName> names) {
        return new BackupNotFoundException(
                "invalid backup query submitted",
                "The submitted query operator was \"" + query + ".\"",
                MeantBackup.question(query, names)
                        + "Give LATEST or a name such as base_000000010000000000000008_00000040; backup-list shows them.");
    }

    private static List<Backup> select(List<Backup> backups, String query) {
        if (!query.equals(RestoreRequest.LATEST)) {
            return matching(backups, query, backup -> backup.name().toString());
        }
        return backups.stream()
                .max(Comparator.comparing(Backup::lastModified)
                        .thenComparing(backup -> backup.name().toString()))
                .stream()
                .toList();
    }

    /**
     * Adds to the failure of a restore which backup can be restored instead: the newest other one that is complete.
     *
     * @param failure what is wrong with the backup
     * @param broken the backup
     */
    CorruptArchiveException withAlternative(CorruptArchiveException failure, BackupName broken)
            throws InterruptedException {
        Optional<Backup> other;
        try {
            other = list(ListDetail.OBJECTS).stream()
                    .filter(backup -> !backup.name().equals(broken))
                    .filter(backup -> backup.state().orElseThrow().kind() == BackupState.Kind.COMPLETE)
                    .max(Comparator.comparing(Backup::lastModified));
        } catch (ArchiveException e) {
            failure.addSuppressed(e);
            return failure;
        }
        String hint = other.map(backup -> "The newest other backup that is complete is " + backup.name() + ", of "
                        + backup.lastModified() + ".")
                .orElse("There is no other backup that is complete.");
        return new CorruptArchiveException(
                String.valueOf(failure.getMessage()),
                failure.detail().orElse(null),
                failure.hint().map(own -> own + " " + hint).orElse(hint),
                failure);
    }
}
