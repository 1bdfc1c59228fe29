package org.walarchive.core.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.WalGMetadata;
import org.walarchive.core.inventory.WalGPartitions;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.sentinel.WalGRecord;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.StoreException;
import org.walarchive.verification.BackupReport.State;

/** Reads the sentinels, and holds them against what was listed. */
final class BackupReader {

    /** A partition takes minutes, and the wait for WAL an hour at most: a backup whose newest object is older was given up. */
    private static final Duration PATIENCE = Duration.ofDays(1);

    private final ArchiveStore archive;
    private final WalSegmentSize size;
    private final Instant now;
    private final FindingLog findings;

    BackupReader(ArchiveStore archive, WalSegmentSize size, Instant now, FindingLog findings) {
        this.archive = archive;
        this.size = size;
        this.now = now;
        this.findings = findings;
    }

    BackupFacts read(BackupObjects objects) throws ArchiveException, InterruptedException {
        if (objects.sentinel().isEmpty()) {
            return unfinished(objects);
        }
        String key = ArchiveLayout.sentinel(objects.name());
        try {
            byte[] bytes = archive.read(key, SentinelJson.MAX_LENGTH_BYTES);
            Sentinel sentinel = SentinelJson.read(key, bytes);
            if (isStrange(key, bytes, sentinel)) {
                findings.warning(
                        key,
                        "the sentinel has something that this version does not write",
                        "Was it written by a newer version, or edited? If neither, it is damaged.");
            }
            return read(objects, sentinel);
        } catch (CorruptArchiveException e) {
            String why = e.detail().orElse(e.getMessage());
            findings.error(
                    key, "the sentinel cannot be understood: " + why, e.hint().orElse(null));
            return new BackupFacts(
                    objects, State.UNREADABLE, Optional.of(why), Optional.empty(), Optional.empty(), List.of());
        } catch (StoreException e) {
            throw ArchiveStore.failure("read of the sentinel of " + objects.name(), e);
        }
    }

    private BackupFacts delta(BackupObjects objects, Sentinel sentinel, String from) {
        String why = "it is a delta backup of WAL-G, which holds what changed since " + from
                + ", and cannot be restored here";
        findings.note(ArchiveLayout.sentinel(objects.name()), why, "It was not looked at. WAL-G restores it.");
        return new BackupFacts(
                objects, State.UNREADABLE, Optional.of(why), Optional.of(sentinel), Optional.empty(), List.of());
    }

    private static boolean isStrange(String key, byte[] bytes, Sentinel sentinel) throws CorruptArchiveException {
        if (sentinel.walG().isPresent()) {
            return false; // each of its releases has fields of its own
        }
        return sentinel.record().isPresent()
                ? !SentinelCheck.isVerbatim(bytes, sentinel)
                : !SentinelJson.unknownFields(key, bytes).isEmpty();
    }

    private BackupFacts unfinished(BackupObjects objects) {
        boolean recent = objects.lastModified().plus(PATIENCE).isAfter(now);
        String key = ArchiveLayout.sentinel(objects.name());
        if (recent) {
            findings.note(
                    key, "it is not there yet: a backup in progress, last changed " + objects.lastModified(), null);
        } else {
            findings.warning(
                    key,
                    "it is missing: the backup was given up, or its sentinel was lost; last changed "
                            + objects.lastModified(),
                    "What is left of a backup takes space and serves nothing; \"delete\" removes it.");
        }
        return new BackupFacts(
                objects,
                recent ? State.IN_PROGRESS : State.ABANDONED,
                Optional.of("it has no sentinel"),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private BackupFacts read(BackupObjects objects, Sentinel sentinel) throws ArchiveException, InterruptedException {
        Optional<WalGRecord> walG = sentinel.walG();
        Optional<Set<String>> named = Optional.empty();
        if (walG.isPresent()) {
            Optional<String> from = new WalGPartitions(objects.name(), walG.get(), List.of()).deltaFrom();
            if (from.isPresent()) {
                return delta(objects, sentinel, from.get());
            }
            named = new WalGMetadata(archive, objects.name()).partitions(walG.get());
        }
        String key = ArchiveLayout.sentinel(objects.name());
        SentinelCheck check = new SentinelCheck(objects.name(), sentinel, size);
        PartitionList partitions = new PartitionList(objects, sentinel, named);
        BackupFacts facts = new BackupFacts(
                objects, State.GOOD, Optional.empty(), Optional.of(sentinel), check.extent(), partitions.partitions());
        if (!check.faults().isEmpty()) {
            String why = String.join("; ", check.faults());
            findings.error(key, "the sentinel contradicts itself, its name or the archive: " + why, null);
            facts = facts.bad(State.UNREADABLE, why);
        }
        partitions.faults().forEach((partition, fault) -> findings.error(partition, fault, null));
        if (!partitions.faults().isEmpty()) {
            facts = facts.bad(
                    State.INCOMPLETE,
                    partitions.faults().entrySet().stream()
                            .limit(3)
                            .map(fault -> fault.getKey()
                                            .substring(fault.getKey().lastIndexOf('/') + 1) + ": " + fault.getValue())
                            .collect(Collectors.joining("; ")));
        }
        if (objects.version().isEmpty() && walG.isEmpty()) {
            findings.warning(
                    ArchiveLayout.version(objects.name()),
                    "the text that names the server's version is missing",
                    "A restore does not need it. What else was deleted?");
        }
        return facts;
    }
}
