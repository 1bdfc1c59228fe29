package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.BackupPushRequest;
import org.walarchive.ServerException;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.server.BackupStart;
import org.walarchive.core.server.BackupStop;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.server.ServerSession;
import org.walarchive.core.tar.Member;
import org.walarchive.core.tar.MemberAttributes;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** A base backup of a running server: one session that stays open from start to stop. */
final class RunningServer implements BackupSession {

    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

    private static final Pattern LABEL_START =
            Pattern.compile("START WAL LOCATION: ([0-9A-F]+/[0-9A-F]+) \\(file ([0-9A-F]{24})\\)");

    private final BackupPushRequest request;
    private final Path data;
    private final ServerSession session;
    private final ControlFile control;

    private RunningServer(BackupPushRequest request, Path data, ServerSession session, ControlFile control) {
        this.request = request;
        this.data = data;
        this.session = session;
        this.control = control;
    }

    /** Connects, and checks that the server is the one whose directory is to be copied. */
    static RunningServer open(BackupPushRequest request, Path data) throws ArchiveException, InterruptedException {
        ControlFile control = readControl(data);
        ServerSession session = ServerSession.open(request.server());
        boolean opened = false;
        try {
            RunningServer server = new RunningServer(request, data, session, control);
            server.requireSameServer();
            server.requireArchiving();
            opened = true;
            return server;
        } finally {
            if (!opened) {
                session.close();
            }
        }
    }

    private static ControlFile readControl(Path data) throws ArchiveException {
        try {
            return ControlFile.read(data);
        } catch (IOException e) {
            throw StoppedServer.unreadable(data, e);
        }
    }

    private void requireSameServer() throws ArchiveException, InterruptedException {
        Optional<Path> theirs = session.dataDirectory();
        if (theirs.isPresent() && !isSame(theirs.get())) {
            throw new ServerException(
                    "the server at " + request.server() + " runs in another data directory",
                    "It runs in " + theirs.get() + "; to be copied is " + data + ".",
                    "Do PGHOST and PGPORT name the server whose data directory was given?");
        }
        if (!session.hasControlFunctions()) {
            requireKnown(theirs);
            return;
        }
        SystemIdentifier server = session.systemIdentifier();
        if (!server.equals(control.systemIdentifier())) {
            throw new ServerException(
                    "the server at " + request.server() + " is of another cluster",
                    "Its system identifier is " + server + "; that of " + data + " is " + control.systemIdentifier()
                            + ".",
                    "Do PGHOST and PGPORT name the server whose data directory was given?");
        }
    }

    /** Before 9.6, the data directory alone tells which server it is. */
    private void requireKnown(Optional<Path> dataDirectory) throws ServerException {
        if (dataDirectory.isEmpty()) {
            throw new ServerException(
                    "the server at " + request.server() + " does not say where its data directory is",
                    "PostgreSQL 9.5 and older tell only superusers, and have no other sign by which to know them.",
                    "Connect as a superuser.");
        }
    }

    private TimelineId timeline() throws ArchiveException, InterruptedException {
        return session.hasControlFunctions()
                ? session.timeline()
                : readControl(data).timeline();
    }

    private boolean isSame(Path theirs) {
        try {
            return Files.isSameFile(theirs, data);
        } catch (IOException e) {
            LOG.debug("{} cannot be compared with {}: {}", theirs, data, e.toString());
            return false;
        }
    }

    /** A standby's WAL is archived by its primary, whatever the standby's own settings are. */
    private void requireArchiving() throws ArchiveException, InterruptedException {
        if (session.inRecovery()) {
            return;
        }
        String mode = session.setting("archive_mode").orElse("on");
        if (mode.equals("off") && request.walWait().isPresent()) {
            throw new ServerException(
                    "the server does not archive its WAL",
                    "archive_mode is off, so the WAL that the backup needs would never reach the archive.",
                    "Set archive_mode = on and archive_command to walarchive wal-push %p, and restart the server;"
                            + " or switch the waiting off if the WAL reaches the archive in another way.");
        }
    }

    @Override
    public SystemIdentifier systemIdentifier() {
        return control.systemIdentifier();
    }

    @Override
    public Start begin() throws ArchiveException, InterruptedException {
        String label = "walarchive " + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        BackupStart start = session.startBackup(label, request.checkpoint());
        TimelineId timeline = timeline();
        requireOwnDirectory(start, timeline);
        WalSegmentSize size = session.walSegmentSize();
        return new Start(
                session.versionNumber(),
                session.versionText(),
                timeline,
                start.lsn(),
                size,
                session.inRecovery() ? BackupRecord.Source.STANDBY : BackupRecord.Source.PRIMARY);
    }

    /**
     * The control file has the checkpoint that the backup begins with, or a later one, before the server says where it begins: that
     * of a standby, a clone or a directory of the same path on another machine has not, whoever may know where the server runs.
     */
    private void requireOwnDirectory(BackupStart start, TimelineId timeline) throws ArchiveException {
        ControlFile now = readControl(data);
        if (now.redo().compareTo(start.lsn()) < 0 || !now.timeline().equals(timeline)) {
            throw new ServerException(
                    "the data directory " + data + " is not that of the server at " + request.server(),
                    "The server began the backup at " + start.lsn() + " on timeline " + timeline
                            + "; the last checkpoint of the directory is that of " + now.redo() + " on timeline "
                            + now.timeline() + ".",
                    "Do PGHOST and PGPORT name the server whose data directory was given?"
                            + " A standby and its primary are one cluster and two servers.");
        }
    }

    @Override
    public void check() throws ArchiveException, InterruptedException {
        session.ping();
    }

    @Override
    public Stop end() throws ArchiveException, IOException, InterruptedException {
        ControlFile last = ControlFile.read(data);
        TimelineId timeline = timeline();
        BackupStop stop = session.stopBackup();
        requireLabel(stop.labelFile(), timeline);
        List<Member> members = new ArrayList<>();
        MemberAttributes attributes = MemberAttributes.of(data.resolve("global/pg_control"));
        members.add(new Member.MemoryFile("backup_label", stop.labelFile(), attributes));
        if (stop.tablespaceMap().length > 0) {
            members.add(new Member.MemoryFile("tablespace_map", stop.tablespaceMap(), attributes));
        }
        members.add(new Member.MemoryFile("global/pg_control", last.bytes(), attributes));
        return new Stop(stop.lsn(), members, Optional.of(this::archiverState));
    }

    /** The label is what recovery believes; the backup's name and record must say the same. */
    private static void requireLabel(byte[] label, TimelineId timeline) throws ServerException {
        Matcher matcher = LABEL_START.matcher(new String(label, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new ServerException("the server returned a backup label without START WAL LOCATION", null, null);
        }
        WalSegmentName segment = WalSegmentName.parse(matcher.group(2));
        if (!segment.timeline().equals(timeline)) {
            throw new ServerException(
                    "the timeline changed during the backup",
                    "It began on timeline " + segment.timeline() + " and ended on " + timeline + ".",
                    "Was the server promoted? Take the backup again.");
        }
        Lsn.parse(matcher.group(1));
    }

    private String archiverState() throws InterruptedException {
        try {
            return "On the server " + session.archiverState() + ".";
        } catch (ServerException e) {
            LOG.debug("the state of the archiver cannot be had: {}", e.getMessage());
            return "";
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
