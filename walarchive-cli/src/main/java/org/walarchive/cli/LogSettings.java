package org.walarchive.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.cli.log.RecordForm;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.RecordTarget;
import org.walarchive.cli.log.Severity;
import org.walarchive.cli.log.StreamTarget;
import org.walarchive.cli.log.SyslogFacility;
import org.walarchive.cli.log.SyslogTarget;

/** Opens the log as the environment, {@code --log-format} and {@code --terse} ask for it. */
final class LogSettings {

    static final String FORMAT = "WALARCHIVE_LOG_FORMAT";
    static final String LEVEL = "WALARCHIVE_LOG_LEVEL";
    static final String DESTINATION = "WALE_LOG_DESTINATION";
    static final String FACILITY = "WALE_SYSLOG_FACILITY";
    static final String SOCKET = "WALARCHIVE_SYSLOG_SOCKET";

    /** Where daemons listen, in WAL-E's order. */
    private static final List<String> SOCKETS = List.of("/dev/log", "/var/run/log", "/var/run/syslog");

    private final ProgramName program;
    private final Map<String, String> environment;
    private final RecordTarget err;
    private final List<String> complaints = new ArrayList<>();

    private LogSettings(ProgramName program, Map<String, String> environment, PrintStream err) {
        this.program = program;
        this.environment = environment;
        this.err = new StreamTarget(err);
    }

    /** Opens the log as the command line asks for it. */
    static RecordLog open(CommandLine line, ProgramName program, Map<String, String> environment, PrintStream err)
            throws UsageException {
        LogSettings settings = new LogSettings(program, environment, err);
        RecordLog log = settings.open(line.value(Option.LOG_FORMAT), line.has(Option.TERSE));
        for (String complaint : settings.complaints) {
            log.write(Main.record(Severity.WARNING, complaint, null, null));
        }
        return log;
    }

    /** Opens the log for the failure of a command line that cannot be understood; what is wrong with settings is not said. */
    static RecordLog ofWords(String[] words, ProgramName program, Map<String, String> environment, PrintStream err) {
        String format = null;
        for (int i = 0; i < words.length; i++) {
            if (words[i].startsWith(Option.LOG_FORMAT.word() + "=")) {
                format = words[i].substring(words[i].indexOf('=') + 1);
            } else if (words[i].equals(Option.LOG_FORMAT.word()) && i + 1 < words.length) {
                format = words[i + 1];
            }
        }
        try {
            return new LogSettings(program, environment, err).open("json".equals(format) ? format : null, false);
        } catch (UsageException e) {
            throw new IllegalStateException("json is a format", e);
        }
    }

    private RecordLog open(@Nullable String format, boolean terse) throws UsageException {
        RecordForm form = form(format);
        Severity level = level(terse);
        return new RecordLog(targets(form, level), form, level);
    }

    private RecordForm form(@Nullable String option) throws UsageException {
        String text = option != null ? option : value(FORMAT);
        return switch (text) {
            case "json" -> RecordForm.JSON;
            case "text", "" -> program.form();
            default -> {
                String complaint = "\"" + text + "\" is none of text, json";
                if (option != null) {
                    throw new UsageException(Option.LOG_FORMAT.word() + ": " + complaint, Usage.hint(Subcommand.NONE));
                }
                complaints.add(FORMAT + ": " + complaint);
                yield program.form();
            }
        };
    }

    private Severity level(boolean terse) {
        String text = value(LEVEL).toUpperCase(Locale.ROOT);
        Severity level = Severity.INFO;
        boolean known = text.isEmpty();
        for (Severity candidate : Severity.values()) {
            if (candidate.name().equals(text)) {
                level = candidate;
                known = true;
            }
        }
        if (!known) {
            complaints.add(LEVEL + " is none of debug, info, warning, error, critical");
        }
        return terse && level.compareTo(Severity.WARNING) < 0 ? Severity.WARNING : level;
    }

    /** Both, for WAL-E without a setting; where no word is known, silence would hide errors. */
    private List<RecordTarget> targets(RecordForm form, Severity level) {
        boolean toErr = false;
        boolean toSyslog = false;
        String destination = value(DESTINATION);
        for (String word : destination.split(",")) {
            toErr |= word.strip().equals("stderr");
            toSyslog |= word.strip().equals("syslog");
        }
        if (destination.isEmpty()) {
            toSyslog = program == ProgramName.WAL_E && isSocket(socket());
            toErr = true;
        } else if (!toErr && !toSyslog) {
            complaints.add(DESTINATION + " names neither stderr nor syslog; logging to stderr");
            toErr = true;
        }
        List<RecordTarget> targets = new ArrayList<>();
        if (toErr) {
            targets.add(err);
        }
        if (toSyslog) {
            RecordLog failures = new RecordLog(List.of(err), form, level);
            targets.add(new SyslogTarget(socket(), tag(), facility(), failures, toErr ? null : err));
        }
        return targets;
    }

    private String tag() {
        return program.tag() + "[" + ProcessHandle.current().pid() + "]";
    }

    private SyslogFacility facility() {
        String name = value(FACILITY);
        Optional<SyslogFacility> named = SyslogFacility.named(name);
        if (named.isEmpty() && !name.isEmpty()) {
            complaints.add(FACILITY + " is none of " + SyslogFacility.names() + "; it is user");
        }
        return named.orElse(SyslogFacility.USER);
    }

    /** Returns the socket that is named, else the first that is there, else the one that most daemons would make. */
    private Path socket() {
        String named = value(SOCKET);
        if (!named.isEmpty()) {
            try {
                return Path.of(named);
            } catch (InvalidPathException e) {
                complaints.add(SOCKET + " is not a path: " + e.getReason());
            }
        }
        for (String candidate : SOCKETS) {
            Path path = Path.of(candidate);
            if (isSocket(path)) {
                return path;
            }
        }
        return Path.of(SOCKETS.get(0));
    }

    private static boolean isSocket(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isOther();
        } catch (IOException e) {
            return false;
        }
    }

    private String value(String variable) {
        return environment.getOrDefault(variable, "");
    }
}
