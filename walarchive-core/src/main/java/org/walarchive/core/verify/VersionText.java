package org.walarchive.core.verify;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException;

/** The text that names the server's version. Nothing reads it but people. */
final class VersionText {

    private static final int MAX_BYTES = 1 << 16;
    private static final Pattern SYNTAX = Pattern.compile(
            "PostgreSQL ([0-9]{1,2}(?:\\.[0-9]{1,3}){0,2})\\P{Cntrl}*(\nwalarchive claim [0-9a-f-]{36}\n)?");

    private VersionText() {}

    private static @Nullable String fault(String text, BackupFacts backup) {
        Matcher matcher = SYNTAX.matcher(text);
        Optional<BackupRecord> record = backup.record();
        if (!matcher.matches() || record.isPresent() && matcher.group(2) == null) {
            return "it is not the text that a backup begins with";
        }
        if (record.isEmpty() || record.get().source() == BackupRecord.Source.OFFLINE) {
            return null;
        }
        int recorded = record.get().serverVersion();
        return number(matcher.group(1)) == recorded
                ? null
                : "it names PostgreSQL " + matcher.group(1) + ", and "
                        + ArchiveLayout.sentinel(backup.objects().name()) + " records version " + recorded;
    }

    /** {@code server_version_num}: 90624 of 9.6.24, 170011 of 17.11, 180000 of 18beta1. */
    private static int number(String version) {
        String[] parts = version.split("\\.");
        int major = Integer.parseInt(parts[0]);
        int second = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
        int third = parts.length > 2 ? Integer.parseInt(parts[2]) : 0;
        return major >= 10 ? major * 10_000 + second : major * 10_000 + second * 100 + third;
    }

    static void check(ArchiveStore archive, BackupFacts backup, FindingLog findings)
            throws ArchiveException, StoreException {
        String key = ArchiveLayout.version(backup.objects().name());
        String fault;
        try {
            String text = new String(archive.read(key, MAX_BYTES), StandardCharsets.UTF_8);
            fault = fault(text, backup);
        } catch (CorruptArchiveException e) {
            fault = e.getMessage();
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND) {
                throw e;
            }
            fault = "it was listed, and is gone";
        }
        if (fault != null) {
            findings.warning(key, fault, "A restore does not need it.");
        }
    }
}
