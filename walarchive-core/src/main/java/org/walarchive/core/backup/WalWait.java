package org.walarchive.core.backup;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.Progress;
import org.walarchive.WalNotArchivedException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** Waits until every WAL segment that a base backup needs is in the archive: without them it cannot be restored. */
final class WalWait {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration TELL_AGAIN = Duration.ofSeconds(10);

    private final ArchiveStore archive;
    private final ProgressMeter meter;

    WalWait(ArchiveStore archive, ProgressMeter meter) {
        this.archive = archive;
        this.meter = meter;
    }

    /** Waits for the segments from first to last, both included. */
    void await(
            BackupName backup,
            WalSegmentName first,
            WalSegmentName last,
            WalSegmentSize size,
            Duration deadline,
            BackupSession.ArchiverState archiver)
            throws ArchiveException, InterruptedException {
        Set<WalSegmentName> missing = new TreeSet<>();
        for (WalSegmentName name = first; name.compareTo(last) <= 0; name = name.next(size)) {
            missing.add(name);
        }
        int needed = missing.size();
        meter.begin(Progress.Phase.AWAIT_WAL, OptionalLong.empty(), OptionalLong.of(needed));
        long end = System.nanoTime() + deadline.toNanos();
        Duration pause = FIRST_PAUSE;
        Optional<WalSegmentName> told = Optional.empty();
        long toldAt = 0;
        while (true) {
            removeArchived(missing, first, last);
            meter.reached(needed - missing.size());
            Optional<WalSegmentName> next = missing.stream().findFirst();
            if (next.isEmpty()) {
                meter.end();
                return;
            }
            Duration remaining = Duration.ofNanos(end - System.nanoTime());
            if (remaining.isNegative() || remaining.isZero()) {
                throw new WalNotArchivedException(
                        "WAL segment " + next.get() + " was not archived within " + deadline.toSeconds() + " s",
                        missing.size() + " of the " + needed + " segments that backup " + backup
                                + " needs " + (missing.size() == 1 ? "is" : "are") + " not in the archive. "
                                + archiver.describe(),
                        "Does archive_command archive to " + archive.config().location()
                                + "? The server's log tells why it fails.");
            }
            if (!next.equals(told) || toldAt - remaining.toNanos() > TELL_AGAIN.toNanos()) {
                archive.tell(new ArchiveEvent.WaitingForWal(backup, next.get(), remaining));
                told = next;
                toldAt = remaining.toNanos();
            }
            Duration sleep = pause.compareTo(remaining) < 0 ? pause : remaining;
            Thread.sleep(sleep.toMillis() + 1);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private void removeArchived(Set<WalSegmentName> missing, WalSegmentName first, WalSegmentName last)
            throws ArchiveException, InterruptedException {
        String prefix = ArchiveLayout.WAL + commonBeginning(first.toString(), last.toString());
        try {
            archive.forEach(
                    prefix,
                    ListDepth.IMMEDIATE,
                    blob -> ArchiveLayout.parseWal(blob.key())
                            .filter(object -> object.name().kind() == WalFileName.Kind.SEGMENT)
                            .filter(object ->
                                    Codecs.forExtension(object.extension()).isPresent())
                            .flatMap(object -> object.name().segment())
                            .ifPresent(missing::remove));
        } catch (StoreException e) {
            throw ArchiveStore.failure("check that the backup's WAL is in the archive", e);
        }
    }

    private static String commonBeginning(String one, String other) {
        int i = 0;
        while (i < one.length() && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return one.substring(0, i);
    }
}
