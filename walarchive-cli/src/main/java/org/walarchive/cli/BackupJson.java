package org.walarchive.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupState;

/** The base backups as JSON: an array of objects, each with the same members; what is not known is null. */
final class BackupJson {

    private BackupJson() {}

    static String of(List<Backup> backups) {
        return Json.of(backups.stream().map(BackupJson::members).toList());
    }

    private static Map<String, Object> members(Backup backup) {
        Optional<BackupDetails> details = backup.details();
        Optional<BackupState> state = backup.state();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", backup.name());
        members.put("state", state.map(known -> known.kind().name().toLowerCase(Locale.ROOT)));
        members.put("reason", state.flatMap(BackupState::reason));
        members.put("last_modified", backup.lastModified());
        members.put("started", details.flatMap(BackupDetails::started));
        members.put("finished", details.flatMap(BackupDetails::finished));
        members.put("timeline", backup.name().segment().timeline().value());
        members.put("start_segment", backup.name().segment());
        members.put("start_lsn", details.flatMap(BackupDetails::startLsn));
        members.put("stop_segment", details.flatMap(BackupDetails::stopSegment));
        members.put("stop_lsn", details.flatMap(BackupDetails::stopLsn));
        members.put(
                "expanded_size_bytes",
                details.map(BackupDetails::expandedSizeBytes).orElse(OptionalLong.empty()));
        members.put("stored_size_bytes", state.map(BackupState::storedSizeBytes));
        members.put("partitions", state.map(BackupState::partitions));
        members.put("compression", state.map(BackupState::compressions));
        members.put("server_version", details.flatMap(BackupDetails::serverVersion));
        members.put("system_identifier", details.flatMap(BackupDetails::systemIdentifier));
        members.put(
                "source",
                details.flatMap(BackupDetails::source)
                        .map(source -> source.name().toLowerCase(Locale.ROOT)));
        members.put(
                "tablespaces",
                details.map(known ->
                        known.tablespaces().stream().map(BackupJson::tablespace).toList()));
        return members;
    }

    private static Map<String, Object> tablespace(BackupDetails.Tablespace tablespace) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("oid", tablespace.oid());
        members.put("location", tablespace.location());
        return members;
    }
}
