package org.walarchive.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveConfig;

/**
 * The {@code restore_command} that has this command line fetch WAL from the archive it restored from. Settings that are in the
 * environment now are in it, but nothing that is or might be a secret: those the server needs in its own environment.
 */
final class OwnRestoreCommand {

    /** The system property by which the launcher tells its own path. */
    static final String LAUNCHER = "walarchive.launcher";

    /** The variable by which the launcher tells the absolute path of {@code --envdir}. */
    private static final String ENVDIR = "WALARCHIVE_ENVDIR";

    /** What is passed on: where the archive and its services are and how they are reached; names of accounts, not their keys. */
    private static final List<String> PASSED_ON = List.of(
            "JAVA_HOME",
            "WALARCHIVE_PREFETCH",
            "WALARCHIVE_LOG_FORMAT",
            "WALARCHIVE_LOG_LEVEL",
            "WALARCHIVE_SYSLOG_SOCKET",
            "WALE_LOG_DESTINATION",
            "WALE_SYSLOG_FACILITY",
            "WALARCHIVE_RETRY_DEADLINE",
            "WALARCHIVE_COMPRESSION",
            "WALARCHIVE_GPG_PROGRAM",
            "WALARCHIVE_PGP_PRIVATE_KEYS",
            "WALARCHIVE_PGP_PASSPHRASE_FILE",
            "WALE_S3_ENDPOINT",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_PROFILE",
            "AWS_INSTANCE_PROFILE",
            "AWS_CONFIG_FILE",
            "AWS_SHARED_CREDENTIALS_FILE",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_S3",
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "WALARCHIVE_S3_CA_FILE",
            "WALARCHIVE_S3_CONNECT_TIMEOUT",
            "WALARCHIVE_S3_READ_TIMEOUT",
            "WALARCHIVE_S3_REQUESTER_PAYS",
            "WALARCHIVE_S3_SSE_C_KEY_FILE",
            "WABS_ACCOUNT_NAME",
            "AZURE_AUTHORITY_HOST",
            "AZURE_CLIENT_ID",
            "AZURE_CLIENT_CERTIFICATE_PATH",
            "AZURE_FEDERATED_TOKEN_FILE",
            "AZURE_POD_IDENTITY_AUTHORITY_HOST",
            "AZURE_TENANT_ID",
            "WALARCHIVE_AZURE_CA_FILE",
            "WALARCHIVE_AZURE_CONNECT_TIMEOUT",
            "WALARCHIVE_AZURE_ENDPOINT",
            "WALARCHIVE_AZURE_READ_TIMEOUT",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "STORAGE_EMULATOR_HOST",
            "WALARCHIVE_GCS_CONNECT_TIMEOUT",
            "WALARCHIVE_GCS_ENDPOINT",
            "WALARCHIVE_GCS_READ_TIMEOUT",
            "WALARCHIVE_GCS_USER_PROJECT",
            "SWIFT_AUTHURL",
            "SWIFT_AUTH_VERSION",
            "SWIFT_DOMAIN_ID",
            "SWIFT_DOMAIN_NAME",
            "SWIFT_ENDPOINT_TYPE",
            "SWIFT_PROJECT_DOMAIN_ID",
            "SWIFT_PROJECT_DOMAIN_NAME",
            "SWIFT_PROJECT_ID",
            "SWIFT_PROJECT_NAME",
            "SWIFT_REGION",
            "SWIFT_TENANT",
            "SWIFT_TENANT_ID",
            "SWIFT_USER",
            "SWIFT_USER_DOMAIN_ID",
            "SWIFT_USER_DOMAIN_NAME",
            "SWIFT_USER_ID",
            "WALARCHIVE_SWIFT_CA_FILE",
            "WALARCHIVE_SWIFT_CONNECT_TIMEOUT",
            "WALARCHIVE_SWIFT_READ_TIMEOUT");

    private static final String KEY_FILES = "WALARCHIVE_PGP_PRIVATE_KEYS";

    /** A path, or a name to look for in {@code PATH}. */
    private static final String PROGRAM = "WALARCHIVE_GPG_PROGRAM";

    /** Those that hold a path: the server has another working directory than this command. */
    private static final Pattern PATHS =
            Pattern.compile("JAVA_HOME|GOOGLE_APPLICATION_CREDENTIALS|.*_(FILE|SOCKET|CERTIFICATE_PATH)");

    /** Those that an option of this command stands for, which wins over a directory of variables. */
    private static final Map<String, Option> OPTIONS = Map.of(
            "AWS_ACCESS_KEY_ID",
            Option.AWS_ACCESS_KEY_ID,
            "WABS_ACCOUNT_NAME",
            Option.WABS_ACCOUNT_NAME,
            "AWS_INSTANCE_PROFILE",
            Option.AWS_INSTANCE_PROFILE,
            LogSettings.FORMAT,
            Option.LOG_FORMAT);

    /** What the server needs in its own environment, if it is in that of the restore. Another user has another GNUPGHOME. */
    private static final List<String> WITHHELD = List.of(
            "GNUPGHOME",
            "WALARCHIVE_PGP_PASSPHRASE",
            "WALARCHIVE_JAVA_OPTS",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SECURITY_TOKEN",
            "AWS_SESSION_TOKEN",
            "WALARCHIVE_S3_SSE_C_KEY",
            "AZURE_CLIENT_SECRET",
            "WABS_ACCESS_KEY",
            "WABS_SAS_TOKEN",
            "SWIFT_PASSWORD");

    private static final Pattern USER_INFO = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://[^/]*@.*");
    /** Of exit codes, 1 to 125: what is above ends the server. */
    private static final Pattern ENDS_RECOVERY = Pattern.compile("0*([1-9]|[1-9][0-9]|1[01][0-9]|12[0-5])");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@,+-]+");

    private OwnRestoreCommand() {}

    /**
     * Returns the command.
     *
     * @param launcher the launcher's absolute path; null where this process was not started by it
     * @throws UsageException if there is no launcher
     */
    static String of(@Nullable String launcher, ArchiveConfig config, CommandLine line, Map<String, String> environment)
            throws UsageException {
        if (launcher == null) {
            throw new UsageException(
                    "it is not known how this program is started, so it cannot be the restore_command",
                    "Give one with --restore-command, or start the program by bin/walarchive.");
        }
        List<String> words = new ArrayList<>(List.of("env"));
        List<String> options = new ArrayList<>();
        for (String name : PASSED_ON) {
            boolean option = isOption(name, line);
            String value = option ? valueOf(OPTIONS.get(name), line) : environment.get(name);
            if (value == null || value.isEmpty() || isOfThisProcess(value)) {
                continue;
            }
            if (!isInDirectory(name, environment)) {
                words.add(name + "=" + absolute(name, value));
            } else if (option) {
                options.add(wordOf(OPTIONS.get(name), value));
            }
        }
        words.add(launcher);
        if (environment.containsKey(ENVDIR)) {
            words.add("--envdir=" + environment.get(ENVDIR));
        }
        words.addAll(options);
        words.add("--prefix");
        words.add(config.location().toString());
        StringBuilder command = new StringBuilder();
        for (String word : words) {
            command.append(quoted(word)).append(' ');
        }
        return command + "wal-fetch %f %p";
    }

    private static boolean isOption(String name, CommandLine line) {
        Option option = OPTIONS.get(name);
        return option != null && line.has(option);
    }

    private static @Nullable String valueOf(Option option, CommandLine line) {
        return option.valueName() == null ? "true" : line.value(option);
    }

    private static String wordOf(Option option, String value) {
        return option.valueName() == null ? option.word() : option.word() + "=" + value;
    }

    /** An address may have a user's password in it, and what a shell gave as {@code <(...)} is gone with this process. */
    private static boolean isOfThisProcess(String value) {
        return USER_INFO.matcher(value).matches()
                || Stream.of(value.split(":"))
                        .anyMatch(file -> file.startsWith("/dev/fd/") || file.startsWith("/proc/"));
    }

    private static String absolute(String name, String value) {
        if (name.equals(KEY_FILES)) {
            return Stream.of(value.split(":"))
                    .filter(file -> !file.isEmpty())
                    .map(OwnRestoreCommand::absolute)
                    .collect(Collectors.joining(":"));
        }
        boolean path = PATHS.matcher(name).matches() || name.equals(PROGRAM) && value.contains("/");
        return path ? absolute(value) : value;
    }

    /** A tilde is left to whoever reads the variable. */
    private static String absolute(String file) {
        try {
            return file.startsWith("~") ? file : Path.of(file).toAbsolutePath().toString();
        } catch (InvalidPathException e) { // the locale lacks one of its letters
            return file;
        }
    }

    /** Returns the variables that the server needs and the command does not give. */
    static List<String> withheld(CommandLine line, Map<String, String> environment) {
        List<String> withheld = new ArrayList<>(WITHHELD.stream()
                .filter(name -> !environment.getOrDefault(name, "").isEmpty() || isOption(name, line))
                .toList());
        PASSED_ON.stream()
                .filter(name -> isOfThisProcess(environment.getOrDefault(name, "")))
                .forEach(withheld::add);
        withheld.removeIf(name -> isInDirectory(name, environment));
        return withheld;
    }

    /** Tells whether a fetch that fails would look to the server like the end of the WAL, if it has the variable too. */
    static boolean endsRecoveryAtFailures(Map<String, String> environment) {
        return ENDS_RECOVERY
                .matcher(environment.getOrDefault(ExitSignals.FETCH_FAILURE_VARIABLE, ""))
                .matches();
    }

    /** What the directory has a file of, it gives to the server's command as well, and it wins. */
    private static boolean isInDirectory(String name, Map<String, String> environment) {
        String directory = environment.get(ENVDIR);
        return directory != null && Files.exists(Path.of(directory, name));
    }

    /** Quotes a word for the shell; a percent sign is doubled for PostgreSQL, which replaces {@code %f}. */
    private static String quoted(String word) {
        String text = PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
        return text.replace("%", "%%");
    }
}
