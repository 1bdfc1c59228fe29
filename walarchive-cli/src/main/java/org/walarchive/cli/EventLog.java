package org.walarchive.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveListener;
import org.walarchive.RestorePlan;
import org.walarchive.WalFetchResult;
import org.walarchive.WalPushResult;
import org.walarchive.cli.log.LogRecord;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.store.StoreLocation;

/** Renders what the engine does, in WAL-E's words where WAL-E has them. */
final class EventLog implements ArchiveListener {

    private final RecordLog log;
    private final StoreLocation location;
    private final Severity told;

    EventLog(RecordLog log, StoreLocation location) {
        this(log, location, Severity.INFO);
    }

    /** @param told at which level what goes well is told */
    EventLog(RecordLog log, StoreLocation location, Severity told) {
        this.log = log;
        this.location = location;
        this.told = told;
    }

    @Override
    public void onEvent(ArchiveEvent event) {
        // The family is sealed; a pattern switch over it is a preview feature of Java 17.
        if (event instanceof ArchiveEvent.WalPushStarted started) {
            info(
                    "begin archiving a file",
                    "Uploading \"" + started.file() + "\" to \"" + started.location() + "\".",
                    segment("push-wal", started.location(), started.name().text(), "begin"));
        } else if (event instanceof ArchiveEvent.WalPushed pushed) {
            walPushed(pushed);
        } else if (event instanceof ArchiveEvent.WalFetchStarted started) {
            info(
                    "begin wal restore",
                    null,
                    segment("wal-fetch", null, started.name().text(), "begin"));
        } else if (event instanceof ArchiveEvent.WalFetched fetched) {
            walFetched(fetched);
        } else if (event instanceof ArchiveEvent.Retrying
                || event instanceof ArchiveEvent.WalDropped
                || event instanceof ArchiveEvent.WalPushFailed) {
            // The library's own log has a line for it, or the command's failure is one.
            return;
        } else {
            backupEvent(event);
        }
    }

    private void walPushed(ArchiveEvent.WalPushed pushed) {
        if (pushed.result() == WalPushResult.ALREADY_ARCHIVED) {
            info(
                    "skip archiving a file",
                    "\"" + pushed.location() + "\" has the same content already.",
                    segment("push-wal", pushed.location(), pushed.name().text(), "skip"));
            return;
        }
        String rate = rate(pushed.storedBytes(), pushed.elapsed());
        Map<String, String> pairs =
                segment("push-wal", pushed.location(), pushed.name().text(), "complete");
        pairs.put("rate", rate);
        info(
                "completed archiving to a file",
                "Archiving to \"" + pushed.location() + "\" complete at " + rate + "KiB/s.",
                pairs);
    }

    private void walFetched(ArchiveEvent.WalFetched fetched) {
        String name = fetched.name().text();
        if (fetched.result() == WalFetchResult.ABSENT) {
            info(
                    "could no longer locate object while performing wal restore",
                    "The archive was read and has no " + name + ".",
                    segment("wal-fetch", null, name, "absent"));
        } else {
            info(
                    "complete wal restore",
                    "Fetched and checked " + name + " to \"" + fetched.target() + "\".",
                    segment("wal-fetch", null, name, "complete"));
        }
    }

    private void backupEvent(ArchiveEvent event) {
        if (event instanceof ArchiveEvent.BackupStarted started) {
            info(
                    "begin a base backup",
                    "Uploading " + started.name() + ", which starts at " + started.start() + ", to \""
                            + started.location() + "\".",
                    backup("push-backup", started.name().toString(), "begin"));
        } else if (event instanceof ArchiveEvent.PartitionUploadStarted started) {
            info(
                    "begin uploading a base backup volume",
                    "Uploading volume " + started.number() + " of " + started.backup() + ": " + started.members()
                            + " members, " + started.plannedBytes() + " bytes.",
                    Map.of());
        } else if (event instanceof ArchiveEvent.PartitionUploaded uploaded) {
            info(
                    "finish uploading a base backup volume",
                    "Uploading volume " + uploaded.number() + " of " + uploaded.backup() + " complete at "
                            + rate(uploaded.storedBytes(), uploaded.elapsed()) + "KiB/s.",
                    Map.of());
        } else if (event instanceof ArchiveEvent.FileTreated treated) {
            info("\"" + treated.path() + "\": " + treated.treatment(), null, Map.of());
        } else if (event instanceof ArchiveEvent.WaitingForWal waiting) {
            info(
                    "waiting for the WAL of a base backup",
                    waiting.missing() + " is not in the archive yet; waiting for another "
                            + seconds(waiting.remaining()) + " s.",
                    backup("push-backup", waiting.backup().toString(), "wait"));
        } else if (event instanceof ArchiveEvent.BackupCompleted completed) {
            info(
                    "completed a base backup",
                    completed.result().name() + " is consistent at "
                            + completed.result().stopLsn() + ": "
                            + completed.result().partitions() + " volumes, "
                            + completed.result().storedSizeBytes() + " bytes stored.",
                    backup("push-backup", completed.result().name().toString(), "complete"));
        } else {
            restoreEvent(event);
        }
    }

    private void restoreEvent(ArchiveEvent event) {
        if (event instanceof ArchiveEvent.RestorePlanned planned) {
            RestorePlan plan = planned.plan();
            info(
                    "begin a restore",
                    plan.backup() + " was chosen, which was complete at " + plan.finished() + "."
                            + plan.wal()
                                    .map(wal -> " Recovery reads WAL from " + wal.first() + " to " + wal.last() + ".")
                                    .orElse("")
                            + plan.obstacle().map(obstacle -> " " + obstacle).orElse(""),
                    backup("fetch-backup", plan.backup().toString(), "begin"));
        } else if (event instanceof ArchiveEvent.PartitionFetchStarted started) {
            write(
                    Severity.INFO,
                    "beginning partition download",
                    "The partition being downloaded is " + lastPart(started.location()) + ".",
                    "The absolute " + keyNoun() + " is " + started.location() + ".",
                    Map.of());
        } else if (event instanceof ArchiveEvent.PartitionFetched fetched) {
            info(
                    "completed partition download",
                    "Volume " + fetched.number() + " of " + fetched.backup() + " complete at "
                            + rate(fetched.storedBytes(), fetched.elapsed()) + "KiB/s.",
                    Map.of());
        } else if (event instanceof ArchiveEvent.RestoreCompleted completed) {
            info(
                    "completed a restore",
                    completed.result().name() + " is restored to \""
                            + completed.result().directory() + "\": "
                            + completed.result().bytes() + " bytes.",
                    backup("fetch-backup", completed.result().name().toString(), "complete"));
        } else if (event instanceof ArchiveEvent.DeletionStarted started) {
            new DeletionLog(log, location).deleting(started.decision(), DeletionLog.Run.REAL);
        } else if (event instanceof ArchiveEvent.DeletionCompleted completed) {
            info(
                    "completed a deletion",
                    completed.result().deletedObjects() + " objects of "
                            + completed.result().deletedBytes() + " bytes are deleted.",
                    Map.of("action", "delete", "prefix", location.path(), "state", "complete"));
        } else if (event instanceof ArchiveEvent.Verifying verifying) {
            info(
                    "verifying the archive",
                    verifying.objects() + " of " + verifying.totalObjects() + " objects read, at "
                            + rate(verifying.storedBytes(), verifying.elapsed()) + "KiB/s.",
                    Map.of());
        }
    }

    private Map<String, String> segment(String action, @Nullable String key, String name, String state) {
        Map<String, String> pairs = new HashMap<>();
        pairs.put("action", action);
        if (key != null) {
            pairs.put("key", key);
        }
        pairs.put("prefix", location.path());
        pairs.put("seg", name);
        pairs.put("state", state);
        return pairs;
    }

    private Map<String, String> backup(String action, String name, String state) {
        return Map.of("action", action, "backup", name, "prefix", location.path(), "state", state);
    }

    private void info(String message, @Nullable String detail, Map<String, String> pairs) {
        write(told, message, detail, null, pairs);
    }

    private void write(
            Severity severity,
            String message,
            @Nullable String detail,
            @Nullable String hint,
            Map<String, String> pairs) {
        log.write(new LogRecord(Main.LOGGER, severity, message, detail, hint, pairs));
    }

    private String keyNoun() {
        return switch (location.scheme()) {
            case "s3" -> "S3 key";
            case "gs" -> "GCS object";
            case "swift" -> "Swift object name";
            case "wabs" -> "WABS blob";
            default -> location.scheme() + " key";
        };
    }

    private static String lastPart(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /**
     * KiB per second with six significant digits, or {@code NaN} where no time passed. Made without {@code BigDecimal}, whose
     * first use takes a tenth of the time in which a segment is archived.
     */
    static String rate(long bytes, Duration elapsed) {
        long nanos = elapsed.toNanos();
        if (nanos <= 0) {
            return "NaN";
        }
        double rate = bytes / 1024.0 / (nanos / 1e9);
        long unit = 1; // of the last of the six digits, or its inverse
        if (rate >= 999_999.5) {
            while (rate / unit >= 999_999.5) {
                unit *= 10;
            }
            return Long.toString((long) Math.rint(rate / unit) * unit);
        }
        while (rate > 0 && rate * unit < 99_999.95 && unit < 1_000_000_000) {
            unit *= 10;
        }
        long scaled = (long) Math.rint(rate * unit);
        StringBuilder text = new StringBuilder().append(scaled / unit);
        String fraction = Long.toString(unit + scaled % unit);
        int end = fraction.length();
        while (end > 1 && fraction.charAt(end - 1) == '0') {
            end--;
        }
        return end == 1
                ? text.toString()
                : text.append('.').append(fraction, 1, end).toString();
    }
}
